import { describe, expect, it } from "vitest";
import {
  AgentAbortError,
  AgentError,
  CodeAgent,
  ConfigurationError,
  Executor,
  LimitError,
  ToolCallingAgent,
} from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { answers, writes } from "../support/replies.ts";

type Options = Partial<ConstructorParameters<typeof ToolCallingAgent>[0]>;

function agentWith(options: Options): ToolCallingAgent {
  return new ToolCallingAgent({ model: new ScriptedModel([answers(1)]), console: false, ...options });
}

async function failureOf(run: Promise<unknown>): Promise<unknown> {
  return run.then(
    () => undefined,
    (error: unknown) => error,
  );
}

function fail(): never {
  throw new TypeError("x is undefined");
}

/** Gives null, which no type tells of: as in a program without types. */
function nothing() {
  return JSON.parse("null");
}

async function never(): Promise<never> {
  return new Promise(() => {});
}

class BrokenExecutor extends Executor {
  protected override async evaluate(): Promise<never> {
    return fail();
  }
}

class BrokenAgent extends ToolCallingAgent {
  protected override async act(): Promise<void> {
    fail();
  }
}

describe("a run rejects with its memory", () => {
  it.each<[string, Options, RegExp]>([
    ["memoryToMessages that throws", { memoryToMessages: fail }, /^memoryToMessages threw: TypeError: x is undefined/],
    ["memoryToMessages that gives none", { memoryToMessages: nothing }, /^memoryToMessages gave null; it must give/],
    ["a prompt that throws", { prompts: { finalAnswer: fail }, maxSteps: 0 }, /^prompts\.finalAnswer threw: TypeError/],
    [
      "a prompt that is no text",
      { prompts: { initialPlan: nothing }, planningInterval: 1 },
      /^prompts\.initialPlan gave/,
    ],
  ])("as the program's fault for %s", async (_what, options, message) => {
    const agent = agentWith(options);
    const failure = await failureOf(agent.run("Go"));
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect(failure).toMatchObject({ message: expect.stringMatching(message), memory: agent.memory });
  });

  it.each([
    [
      "executor",
      () => new CodeAgent({ model: new ScriptedModel([writes("1")]), executor: new BrokenExecutor(), console: false }),
    ],
    ["act", () => new BrokenAgent({ model: new ScriptedModel([]), console: false })],
  ])("for an %s of the program's own that throws, with what it threw as the cause", async (_what, make) => {
    const agent = make();
    const failure = await failureOf(agent.run("Go"));
    expect(failure).toBeInstanceOf(AgentError);
    expect(failure).toMatchObject({
      message: "The run failed: TypeError: x is undefined",
      cause: expect.any(TypeError),
      memory: { steps: { length: 3 } },
    });
  });

  it("as aborted, when memoryToMessages never settles", async () => {
    const abort = new AbortController();
    const agent = agentWith({
      memoryToMessages: async () => {
        abort.abort();
        return new Promise(() => {});
      },
    });
    expect(await failureOf(agent.run("Go", abort))).toBeInstanceOf(AgentAbortError);
  });

  it("at the limit of time also when memoryToMessages never settles", async () => {
    const agent = agentWith({ memoryToMessages: never, limits: { durationMs: 10 }, onLimit: "throw" });
    expect(await failureOf(agent.run("Go"))).toBeInstanceOf(LimitError);
  });
});
