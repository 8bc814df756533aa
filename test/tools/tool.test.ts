import { describe, expect, it } from "vitest";
import { AgentAbortError, ConfigurationError, ToolExecutionError, ToolInputError } from "../../src/errors.ts";
import { tool, Tool } from "../../src/tools/tool.ts";
import { toolSpec } from "../../src/tools/tool-spec.ts";
import { z } from "zod";

const double = tool({
  name: "double",
  description: "Doubles.",
  inputSchema: z.object({ n: z.number(), times: z.int().default(1) }),
  execute: ({ n, times }) => n * 2 ** times,
});

describe("Tool.call", () => {
  it("gives what the tool gives, with the schema's defaults filled in", async () => {
    expect(await double.call({ n: 3 })).toBe(6);
  });

  it("names the path of each fault in the arguments, and keeps them as facts", async () => {
    const failure: unknown = await double.call({ n: "3", times: 1.5 }).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ToolInputError);
    expect(failure).toMatchObject({
      toolName: "double",
      input: { n: "3", times: 1.5 },
      issues: [expect.stringMatching(/^n: /), expect.stringMatching(/^times: /)],
    });
  });

  it("refuses an argument that the schema does not name, unless it allows others", async () => {
    await expect(double.call({ n: 3, base: 10 })).rejects.toMatchObject({
      issues: ["base: there is no such argument"],
    });
    const open = tool({
      name: "open",
      description: "Open.",
      inputSchema: z.looseObject({ n: z.number() }),
      execute: (input) => input,
    });
    expect(await open.call({ n: 3, base: 10 })).toEqual({ n: 3, base: 10 });
  });

  it("takes a transform that throws for a fault of the value", async () => {
    const inputSchema = z.object({ when: z.string().transform((text) => new Date(text).toISOString()) });
    const dated = tool({ name: "dated", description: "Dated.", inputSchema, execute: ({ when }) => when });
    await expect(dated.call({ when: "tomorrow" })).rejects.toMatchObject({
      name: "ToolInputError",
      issues: ["Invalid time value"],
    });
  });

  it("says where a text breaks that ought to be JSON", async () => {
    await expect(double.call('{"n": 3')).rejects.toThrow(/not valid JSON: .*position 7/);
  });

  it("keeps the tool's own error as the cause", async () => {
    const cause = new RangeError("too far");
    const failing = tool({
      name: "fail",
      description: "Fails.",
      inputSchema: z.object({}),
      execute: async () => Promise.reject(cause),
    });
    const failure: unknown = await failing.call({}).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ToolExecutionError);
    expect(failure).toMatchObject({ message: 'Tool "fail" failed: RangeError: too far', cause, toolName: "fail" });
  });

  it.each([
    [
      "an error with a cause",
      () => new TypeError("fetch failed", { cause: new Error("ENOTFOUND") }),
      "TypeError: fetch failed: ENOTFOUND",
    ],
    ["an object", () => ({ code: 42 }), '{"code":42}'],
    ["a text", () => "just this", "just this"],
    [
      "what no text can be made of",
      () =>
        Object.create(null, {
          toJSON: {
            get: () => {
              throw new Error("no");
            },
          },
        }),
      "a value that cannot be shown",
    ],
  ])("says why when a tool throws %s", async (_kind, makeThrown, reason) => {
    const failing = tool({
      name: "fail",
      description: "Fails.",
      inputSchema: z.object({}),
      execute: async () => Promise.reject(makeThrown()),
    });
    await expect(failing.call({})).rejects.toThrow(`Tool "fail" failed: ${reason}`);
  });

  it("refuses a result that its output schema refuses", async () => {
    const lying = tool({
      name: "lie",
      description: "Lies.",
      inputSchema: z.object({}),
      outputSchema: z.string(),
      execute: () => 7,
    });
    await expect(lying.call({})).rejects.toThrow(/"lie" gave a result that does not fit its output schema/);
  });

  it("rejects with the abort, not with what the tool made of it", async () => {
    const abort = new AbortController();
    const waiting = tool({
      name: "wait",
      description: "Waits.",
      inputSchema: z.object({}),
      execute: async (_input, { signal }) =>
        new Promise((_resolve, reject) => signal.addEventListener("abort", () => reject(new Error("stopped")))),
    });
    const call = waiting.call({}, { signal: abort.signal });
    abort.abort("enough");
    const failure: unknown = await call.catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AgentAbortError);
    expect(failure).toMatchObject({ cause: "enough" });
  });

  it("hands the tool a signal where nobody can abort as well, also in a copy of its context", async () => {
    const asking = tool({
      name: "ask",
      description: "Looks at its signal.",
      inputSchema: z.object({}),
      execute: (_input, context) => [context.signal, { ...context }.signal],
    });
    const signal = expect.any(AbortSignal);
    expect(await asking.call({})).toEqual([signal, signal]);
  });

  it("checks a plain JSON Schema as it checks one of zod", async () => {
    const inputSchema = {
      type: "object",
      properties: { unit: { enum: ["celsius", "kelvin"] } },
      required: ["unit"],
    } as const;
    const plain = tool({ name: "plain", description: "Plain.", inputSchema, execute: (input) => input });
    expect(await plain.call({ unit: "kelvin" })).toEqual({ unit: "kelvin" });
    await expect(plain.call({ unit: "inch" })).rejects.toBeInstanceOf(ToolInputError);
  });

  it("works for a subclass as for a function", async () => {
    class Shout extends Tool<{ text: string }, string> {
      readonly name = "shout";
      readonly description = "Shouts.";
      readonly inputSchema = z.object({ text: z.string() });
      protected override execute({ text }: { text: string }): string {
        return `${text.toUpperCase()}!`;
      }
    }
    expect(await new Shout().call({ text: "hi" })).toBe("HI!");
  });
});

describe("toolSpec", () => {
  it("describes the input as JSON Schema, defaults as optional", () => {
    expect(toolSpec(double)).toEqual({
      name: "double",
      description: "Doubles.",
      inputSchema: {
        type: "object",
        properties: { n: { type: "number" }, times: expect.objectContaining({ type: "integer", default: 1 }) },
        required: ["n"],
      },
    });
  });

  it("describes a date as a text with a format", () => {
    const dated = tool({
      name: "dated",
      description: "Dated.",
      inputSchema: z.object({ when: z.date() }),
      execute: () => null,
    });
    expect(toolSpec(dated).inputSchema["properties"]).toEqual({ when: { type: "string", format: "date-time" } });
  });

  it.each([
    ["a raw shape", { location: z.string() }],
    ["a text", z.string()],
  ])("refuses a schema that is %s, and no object's", (_kind, inputSchema) => {
    const shaped = tool({ name: "shaped", description: "x", inputSchema, execute: () => null });
    expect(() => toolSpec(shaped)).toThrow(ConfigurationError);
  });

  it.each(["get weather", "1st", "class", ""])("refuses the name %j, which code could not call", (name) => {
    const misnamed = tool({ name, description: "x", inputSchema: z.object({}), execute: () => null });
    expect(() => toolSpec(misnamed)).toThrow(ConfigurationError);
  });
});
