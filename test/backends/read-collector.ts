import { readFile } from "node:fs/promises";
import { z } from "zod";
import { shown, type StoredSpan, type StoredTrace, untilComplete } from "./stored-trace.ts";

const STATUS = ["UNSET", "OK", "ERROR"] as const;
const anyValue = z.object({
  stringValue: z.string().optional(),
  boolValue: z.boolean().optional(),
  // An integer of 64 bits is a text in JSON.
  intValue: z.coerce.number().optional(),
  doubleValue: z.number().optional(),
});
const span = z.object({
  traceId: z.string(),
  spanId: z.string(),
  parentSpanId: z.string().default(""),
  name: z.string(),
  startTimeUnixNano: z.coerce.bigint(),
  attributes: z.array(z.object({ key: z.string(), value: anyValue })).default([]),
  status: z.object({ code: z.literal([0, 1, 2]).default(0) }),
});
const line = z.object({
  resourceSpans: z.array(z.object({ scopeSpans: z.array(z.object({ spans: z.array(span) })) })),
});

/** Reads a trace back from the file that a collector writes, one request a line, once so many spans are there. */
export async function readCollectorFile(file: string, traceId: string, spans: number): Promise<StoredTrace> {
  return untilComplete(async () => {
    // The last line may be half written.
    const lines = (await readFile(file, "utf8")).split("\n").slice(0, -1);
    const ofTrace = lines.filter((text) => text.includes(traceId));
    const found = ofTrace
      .flatMap((text) => line.parse(JSON.parse(text)).resourceSpans)
      .flatMap(({ scopeSpans }) => scopeSpans.flatMap((scope) => scope.spans))
      .filter((candidate) => candidate.traceId === traceId)
      .toSorted((left, right) => Number(left.startTimeUnixNano - right.startTimeUnixNano));
    return { text: ofTrace.join("\n"), spans: found.map(asStoredSpan) };
  }, spans);
}

function asStoredSpan({ spanId, parentSpanId, name, status, attributes }: z.output<typeof span>): StoredSpan {
  const values = attributes.map(({ key, value }) => [key, Object.values(value)[0]] as const);
  return {
    spanId,
    parentId: parentSpanId || null,
    name,
    status: STATUS[status.code],
    ...shown(Object.fromEntries(values)),
  };
}
