import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import {
  Agent,
  type ExecutionOptions,
  type ExecutionResult,
  Executor,
  type GenerateOptions,
  type GenerateRequest,
  Model,
  ModelError,
  type ModelOutput,
  Tool,
  type ToolContext,
} from "vitrine";
import { instrument } from "vitrine/instrumentors";
import { afterEach, describe, expect, it } from "vitest";
import { z } from "zod";
import { caller } from "../support/scripted-agents.ts";
import { answers } from "../support/replies.ts";

afterEach(() => instrument().uninstrument());

const output: ModelOutput = { message: { role: "assistant", content: "Hi.", toolCalls: [] } };
const result: ExecutionResult = { value: 1, text: "1", logs: "", isFinalAnswer: false };
const failure = new ModelError("no");

/** Notes what it is given in a private field, so that nothing else can stand in its place as `this`. */
class NotingModel extends Model {
  readonly modelId = "noting";
  readonly #given: unknown[] = [];
  protected override async doGenerate(request: GenerateRequest, { signal }: GenerateOptions): Promise<ModelOutput> {
    this.#given.push(this, request, signal);
    if (request.messages.length === 0) throw failure;
    return output;
  }
  get given(): readonly unknown[] {
    return this.#given;
  }
}

class NotingTool extends Tool {
  readonly name = "noting";
  readonly description = "Notes.";
  readonly inputSchema = z.unknown();
  readonly #given: unknown[] = [];
  protected override execute(input: unknown, { signal, context, agent, callId }: ToolContext): unknown {
    this.#given.push(this, input, signal, context, agent, callId);
    return this.#given;
  }
}

class NotingExecutor extends Executor {
  readonly #given: unknown[] = [];
  protected override async evaluate(code: string, options: ExecutionOptions): Promise<ExecutionResult> {
    this.#given.push(this, code, options);
    return result;
  }
  get given(): readonly unknown[] {
    return this.#given;
  }
}

const SEAMS = [
  [Agent, "run"],
  [Agent, "step"],
  [Agent, "plan"],
  [Model, "generate"],
  [Tool, "call"],
  [Executor, "run"],
] as const;

/** Whether the things are the very same, one by one. */
function areTheVery(given: unknown, expected: readonly unknown[]): boolean {
  return (
    Array.isArray(given) &&
    given.length === expected.length &&
    expected.every((each, index) => Object.is(each, given[index]))
  );
}

describe.each(["untraced", "traced"])("%s", (mode) => {
  const { signal } = new AbortController();
  const start = (): void => {
    if (mode === "traced") instrument(new NodeTracerProvider());
  };

  it("a model gets the very request and signal, and its caller the very output and error", async () => {
    start();
    const model = new NotingModel();
    const request: GenerateRequest = { messages: [{ role: "user", content: "Hi?" }] };
    expect(await model.generate(request, { signal })).toBe(output);
    expect(areTheVery(model.given, [model, request, signal])).toBe(true);
    await expect(model.generate({ messages: [] })).rejects.toBe(failure);
  });

  it("a tool gets the very input, signal, context and agent, and its caller the very result", async () => {
    start();
    const [noting, input, context] = [new NotingTool(), { query: {} }, { user: Symbol("me") }];
    const agent = { name: "a", state: {}, interrupt: () => {} };
    const given = await noting.call(input, { signal, context, agent, callId: "1" });
    expect(areTheVery(given, [noting, input, signal, context, agent, "1"])).toBe(true);
  });

  it("an executor gets the very code and options, and its caller the very result", async () => {
    start();
    const [executor, options] = [new NotingExecutor(), { tools: {}, finalAnswer: async () => 1 }];
    expect(await executor.run("1", options)).toBe(result);
    expect(areTheVery(executor.given, [executor, "1", options])).toBe(true);
  });

  it("every seam gives a promise at once, and throws nothing at whoever calls it", async () => {
    start();
    const seams = SEAMS.map(([{ prototype }, name]): unknown => Reflect.get(prototype, name));
    const given = seams.map((seam): unknown => typeof seam === "function" && Reflect.apply(seam, undefined, []));
    expect(given.every((each) => each instanceof Promise && each.constructor === Promise)).toBe(true);
    const settled = await Promise.allSettled(given);
    expect(settled.map(({ status }) => status)).toEqual(seams.map(() => "rejected"));
  });

  it("a call settles in the turn in which it was made, and calls at once in the order of their making", async () => {
    start();
    const order: unknown[] = [];
    const [model, noting] = [new NotingModel(), new NotingTool()];
    const note = (what: string) => () => order.push(what);
    setImmediate(note("next turn"));
    const calls = [
      noting.call("a").then(note("a tool")),
      noting.call("b").then(note("the same tool")),
      model.generate({ messages: [{ role: "user", content: "Hi?" }] }).then(note("a model")),
    ];
    await Promise.all(calls);
    await new Promise((resolve) => setImmediate(resolve));
    expect(order.slice(-1)).toEqual(["next turn"]);
    expect(order.filter((what) => /tool/.test(String(what)))).toEqual(["a tool", "the same tool"]);
  });

  it("methods keep their name, and how many arguments they say they take", () => {
    start();
    const told = SEAMS.map(([{ prototype }, name]) => {
      const seam: unknown = Reflect.get(prototype, name);
      return typeof seam === "function" ? [seam.name, seam.length] : [];
    });
    expect(told).toEqual([
      ["run", 1],
      ["step", 1],
      ["plan", 1],
      ["generate", 1],
      ["call", 1],
      ["run", 2],
    ]);
    expect(SEAMS.filter(([{ prototype }, name]) => Object.keys(prototype).includes(name))).toEqual([]);
  });

  it("a failure that nobody awaits is told of by Node, and one that is awaited is not", async () => {
    start();
    const unhandled: unknown[] = [];
    const listeners = process.listeners("unhandledRejection");
    process.removeAllListeners("unhandledRejection").on("unhandledRejection", (reason) => unhandled.push(reason));
    const model = new NotingModel();
    await model.generate({ messages: [] }).catch(() => {});
    await caller([answers(1)]).run("Go");
    void model.generate({ messages: [] });
    await new Promise((resolve) => setImmediate(resolve));
    await new Promise((resolve) => setImmediate(resolve));
    process.removeAllListeners("unhandledRejection");
    for (const listener of listeners) process.on("unhandledRejection", listener);
    expect(unhandled).toEqual([failure]);
  });
});
