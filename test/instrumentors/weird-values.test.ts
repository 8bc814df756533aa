import { toUSVString } from "node:util";
import { context, diag, trace, type Attributes } from "@opentelemetry/api";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { Model, type ModelOutput, tool, ToolCallingAgent } from "vitrine";
import { instrument } from "vitrine/instrumentors";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { keepWarnings } from "../support/warnings.ts";

afterEach(() => {
  instrument().uninstrument();
  trace.disable();
  context.disable();
  diag.disable();
});

const no = (): never => {
  throw new Error("no");
};
const cyclic: Record<string, unknown> = { name: "cyclic" };
cyclic["self"] = { cyclic, list: [cyclic] };
const revoked = Proxy.revocable({}, {});
revoked.revoke();

/** What programs put where data are wanted. */
const WEIRD: Readonly<Record<string, unknown>> = {
  "what contains itself": cyclic,
  "a long text": "x".repeat(3_000_000),
  "a long list": Array.from({ length: 100_000 }, (_, index) => index),
  "deep data": Array.from({ length: 5_000 }).reduce((inner: unknown) => ({ inner }), 1),
  "a big integer": 2n ** 70n,
  "a big integer in data": { n: 10n, list: [1n] },
  "a proxy": new Proxy({ a: 1 }, {}),
  "a proxy that tells nothing": new Proxy({}, { get: no, has: no, ownKeys: no, getPrototypeOf: no }),
  "a proxy that is no more": revoked.proxy,
  "a getter that throws": Object.defineProperty({}, "bad", { enumerable: true, get: no }),
  "a toJSON that throws": { toJSON: no },
  "a toString that throws": { toString: no, [Symbol.toPrimitive]: no },
  "a map with keys that are no texts": new Map<unknown, unknown>([
    [{ a: 1 }, 1],
    [7, new Set([1])],
  ]),
  "an object with keys that are no texts": { [Symbol("key")]: 1, 7: "seven" },
  "an object without a prototype": Object.assign(Object.create(null), { a: 1 }),
  "half a surrogate pair": "a\ud800b",
  "half a surrogate pair in data": { text: "\udc00", ["\ud800"]: 1 },
  NUL: "a\0b",
  "NUL in data": { text: "a\0b", "a\0": 1 },
  bytes: new Uint8Array([0, 255, 128]),
  "a Buffer in data": { page: Buffer.alloc(100_000) },
  "a date that is none": new Date(Number.NaN),
  "what is no number": Number.NaN,
  "an endless number": { n: -Infinity },
  "a function": no,
  "a symbol": Symbol("s"),
  "a promise": Promise.resolve(1),
  "an error that cannot be read": new Proxy(new Error("x"), { get: no }),
  undefined,
  null: null,
};

/** Calls a tool with the value, then answers with it. */
class WeirdModel extends Model {
  readonly modelId = "weird\0\ud800";
  override readonly parameters;
  readonly #value: unknown;
  #calls = 0;

  constructor(value: unknown) {
    super();
    this.parameters = { metadata: value };
    this.#value = value;
  }

  protected override async doGenerate(): Promise<ModelOutput> {
    const name = this.#calls++ === 0 ? "take" : "final_answer";
    const toolCalls = [{ id: `call\0${this.#calls}`, name, arguments: { answer: this.#value } }];
    return { message: { role: "assistant", content: "\ud800\0", toolCalls, reasoning: "\0" }, finishReason: "\udc00" };
  }
}

/** Gives the value to all that takes one, and tells what came of it. */
async function play(value: unknown): Promise<unknown> {
  const take = tool({
    name: "take",
    description: "Takes\0and gives.",
    inputSchema: z.object({ answer: z.unknown() }),
    execute: ({ answer }, { log }) => {
      log(answer);
      return answer;
    },
  });
  const fail = tool({
    name: "fail",
    description: "Fails.",
    inputSchema: z.object({}),
    execute: () => Promise.reject(value),
  });
  const agent = new ToolCallingAgent({ model: new WeirdModel(value), tools: [take], maxSteps: 2, console: false });
  const outcome = await agent.run("Go\0\ud800", { additionalArgs: { value }, context: value }).then(
    ({ output, steps }) => [output === value, steps.length],
    (error: unknown) => [String(error)],
  );
  const thrown = await fail
    .call({})
    .catch((error: unknown) => (error instanceof Error ? [error.name, error.cause === value] : error));
  return [outcome, thrown];
}

function isStorableText(text: string): boolean {
  return toUSVString(text) === text && !text.includes("\0");
}

function isStorable(value: unknown): boolean {
  return typeof value === "string" ? isStorableText(value) : Number.isFinite(value) || typeof value === "boolean";
}

/** Whether every backend can store it: values of one type, and texts that are some. */
function isLegal([key, value]: [string, unknown]): boolean {
  const values = [value].flat();
  return isStorableText(key) && values.every(isStorable) && new Set(values.map((item) => typeof item)).size <= 1;
}

function illegalIn(attributes: Attributes): string[] {
  return Object.entries(attributes).flatMap((entry) => (isLegal(entry) ? [] : [entry[0]]));
}

describe.each(["openinference", "both"] as const)("with semconv %s", (semconv) => {
  it.each(Object.entries(WEIRD))(
    "%s changes nothing for the program, and is described by what can be stored",
    async (_what, value) => {
      const untraced = await play(value);
      const [warnings, exporter] = [keepWarnings(), new InMemorySpanExporter()];
      const spanLimits = { attributeCountLimit: 10_000 };
      instrument(new NodeTracerProvider({ spanLimits, spanProcessors: [new SimpleSpanProcessor(exporter)] }), {
        semconv,
      });
      expect(await play(value)).toEqual(untraced);
      expect(warnings).toEqual([]);
      const spans = exporter.getFinishedSpans();
      expect(spans.map(({ name }) => name)).toContain("ToolCallingAgent.run");
      const told = spans.flatMap(({ attributes, events }) => [
        attributes,
        ...events.map((event) => event.attributes ?? {}),
      ]);
      expect(told.flatMap(illegalIn)).toEqual([]);
      const texts = spans.map(({ name, status }) => `${name} ${status.message ?? ""}`);
      expect(texts.filter((text) => !isStorableText(text))).toEqual([]);
    },
  );
});
