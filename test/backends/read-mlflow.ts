import { SemanticConventions } from "@arizeai/openinference-semantic-conventions";
import { z } from "zod";
import { type StoredSpan, type StoredTrace, untilComplete } from "./stored-trace.ts";

const { INPUT_VALUE, OUTPUT_VALUE } = SemanticConventions;
const STATUS = { STATUS_CODE_UNSET: "UNSET", STATUS_CODE_OK: "OK", STATUS_CODE_ERROR: "ERROR" } as const;
const anyValue: z.ZodType = z.lazy(() =>
  z.union([
    z
      .object({ array_value: z.object({ values: z.array(anyValue).default([]) }) })
      .transform((v) => v.array_value.values),
    z
      .object({ kvlist_value: z.object({ values: z.array(keyValue).default([]) }) })
      .transform((v) => asObject(v.kvlist_value.values)),
    z.record(z.string(), z.unknown()).transform((scalar) => Object.values(scalar)[0] ?? null),
  ]),
);
const keyValue = z.object({ key: z.string(), value: anyValue });
const usage = z.object({ input_tokens: z.number(), output_tokens: z.number() });
const span = z.object({
  span_id: z.string(),
  parent_span_id: z.string().default(""),
  name: z.string(),
  start_time_unix_nano: z.number(),
  attributes: z.array(keyValue).transform(asObject),
  status: z.object({ code: z.enum(["STATUS_CODE_UNSET", "STATUS_CODE_OK", "STATUS_CODE_ERROR"]) }),
});
const answer = z.object({ trace: z.object({ spans: z.array(span).default([]) }) });

/**
 * Reads a trace back from MLflow, once so many spans are there.
 *
 * What is shown is what MLflow made of the attributes: its own type, inputs, outputs and usage of a span.
 */
export async function readMlflow(url: string, traceId: string, spans: number): Promise<StoredTrace> {
  return untilComplete(async () => {
    const response = await fetch(`${url}/api/3.0/mlflow/traces/get?trace_id=tr-${traceId}&allow_partial=true`);
    const text = await response.text();
    if (response.status === 404) return { text, spans: [] };
    if (!response.ok) throw new Error(`MLflow answered ${response.status}: ${text}`);
    const { trace } = answer.parse(JSON.parse(text));
    const inOrder = trace.spans.toSorted((left, right) => left.start_time_unix_nano - right.start_time_unix_nano);
    return { text, spans: inOrder.map(asStoredSpan) };
  }, spans);
}

function asStoredSpan({ attributes, ...found }: z.output<typeof span>): StoredSpan {
  const tokens = usage.safeParse(attributes["mlflow.chat.tokenUsage"]).data;
  return {
    spanId: hex(found.span_id),
    parentId: hex(found.parent_span_id) || null,
    name: found.name,
    kind: attributes["mlflow.spanType"] ?? null,
    status: STATUS[found.status.code],
    // What is empty has no place of its own: it is seen among the attributes only.
    input: attributes["mlflow.spanInputs"] ?? attributes[INPUT_VALUE] ?? null,
    output: attributes["mlflow.spanOutputs"] ?? attributes[OUTPUT_VALUE] ?? null,
    tokens: tokens ? { prompt: tokens.input_tokens, completion: tokens.output_tokens } : null,
  };
}

function hex(base64: string): string {
  return Buffer.from(base64, "base64").toString("hex");
}

function asObject(entries: readonly { readonly key: string; readonly value: unknown }[]): Record<string, unknown> {
  return Object.fromEntries(entries.map(({ key, value }) => [key, value]));
}
