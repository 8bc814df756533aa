import { diag } from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { CodeAgent, type ExecutionResult, Executor, Model, type ModelOutput, Tool, ToolCallingAgent } from "vitrine";
import { ScriptedModel, spanTree } from "vitrine/testing";
import { z } from "zod";
import { answers, calls } from "../support/replies.ts";
import { traceEachTest } from "../support/traces.ts";

const traces = traceEachTest();
let warnings: string[] = [];
const ignore = (): void => {};

beforeEach(() => {
  warnings = [];
  const warn = (message: string): void => void warnings.push(message);
  diag.setLogger({ warn, error: ignore, info: ignore, debug: ignore, verbose: ignore });
});
afterEach(() => diag.disable());

const answer: ModelOutput = {
  message: { role: "assistant", content: "", toolCalls: [{ id: "1", name: "final_answer", arguments: { answer: 1 } }] },
};

class Own extends Model {
  readonly modelId: string = "own";
  override async generate(): Promise<ModelOutput> {
    return answer;
  }
  protected override async doGenerate(): Promise<ModelOutput> {
    throw new Error("never asked");
  }
}

class Super extends Model {
  readonly modelId = "super";
  override async generate(...args: Parameters<Model["generate"]>): Promise<ModelOutput> {
    return super.generate(...args);
  }
  protected override async doGenerate(): Promise<ModelOutput> {
    return answer;
  }
}

class Field extends Model {
  readonly modelId = "field";
  override generate = async (): Promise<ModelOutput> => answer;
  protected override async doGenerate(): Promise<ModelOutput> {
    throw new Error("never asked");
  }
}

class OwnCall extends Tool {
  readonly name = "final_answer";
  readonly description = "Answers.";
  readonly inputSchema = z.object({ answer: z.unknown() });
  override async call(): Promise<unknown> {
    return "own";
  }
  protected override execute(): never {
    throw new Error("never asked");
  }
}

class OwnRun extends ToolCallingAgent {
  override async run(...args: Parameters<ToolCallingAgent["run"]>): ReturnType<ToolCallingAgent["run"]> {
    return super.run(...args);
  }
  override async step(...args: Parameters<ToolCallingAgent["step"]>): ReturnType<ToolCallingAgent["step"]> {
    return super.step(...args);
  }
}

class Alone extends ToolCallingAgent {
  override async run(): ReturnType<ToolCallingAgent["run"]> {
    const usage = { inputTokens: 0, outputTokens: 0, totalTokens: 0 };
    return {
      output: "helped",
      stopReason: "final-answer",
      steps: [],
      usage: { ...usage, own: usage, managed: usage },
      timing: { startTime: 0, endTime: 1, durationMs: 1 },
    };
  }
}

class OwnPlan extends CodeAgent {
  override async plan(...args: Parameters<CodeAgent["plan"]>): ReturnType<CodeAgent["plan"]> {
    return super.plan(...args);
  }
}

class OwnExecutor extends Executor {
  override async run(): Promise<ExecutionResult> {
    return { value: 1, text: "1", logs: "", isFinalAnswer: true };
  }
  protected override async evaluate(): Promise<ExecutionResult> {
    throw new Error("never asked");
  }
}

describe("a class that overrides a seam", () => {
  it.each([
    ["Own", new Own()],
    ["Super", new Super()],
    ["Field", new Field()],
  ])("has one span a call, and one warning: %s.generate", async (name, model) => {
    for (const task of ["Go", "Go on"]) await new ToolCallingAgent({ model, console: false }).run(task);
    expect(traces.spans().filter((span) => span.name === `${name}.generate`).length).toBe(2);
    expect(warnings).toEqual([
      `vitrine: ${name} has a generate() of its own, in the place of the one that is traced; implement doGenerate() instead.`,
    ]);
  });

  it("is traced where it is a tool or an agent", async () => {
    const agent = new OwnRun({ model: new Super(), tools: [new OwnCall()], console: false });
    expect((await agent.run("Go")).output).toBe("own");
    expect(traces.tree()).toMatchInlineSnapshot(`
      "AGENT OwnRun.run        OK
        CHAIN Step 1          OK
          LLM Super.generate  OK
          TOOL final_answer   OK"
    `);
    expect(warnings.map((warning) => warning.split(" has ")[1]?.split(" of ")[0])).toEqual([
      "a run()",
      "a step()",
      "a call()",
    ]);
  });

  it("is traced at its next run as at its first", async () => {
    const agent = new OwnRun({ model: new Super(), console: false });
    await agent.run("Go");
    const [first, { length }] = [traces.tree(), traces.spans()];
    await agent.run("Go");
    expect(spanTree(traces.spans().slice(length))).toBe(first);
  });

  it("is traced where it plans, and where it runs code", async () => {
    const model = new ScriptedModel(["1. Answer.", { code: "1" }]);
    const agent = new OwnPlan({ model, executor: new OwnExecutor(), planningInterval: 1, console: false });
    await agent.run("Go");
    expect(traces.tree()).toMatchInlineSnapshot(`
      "AGENT OwnPlan.run               OK
        CHAIN Planning step           OK
          LLM ScriptedModel.generate  OK
        CHAIN Step 1                  OK
          LLM ScriptedModel.generate  OK
          TOOL code_interpreter       OK"
    `);
    expect(warnings.map((warning) => /vitrine: (.*) of its own/.exec(warning)?.[1])).toEqual([
      "OwnPlan has a plan()",
      "OwnExecutor has a run()",
    ]);
  });

  it("is traced where it is a managed agent that runs on its own account", async () => {
    const helper = new Alone({ model: new ScriptedModel([]), name: "helper", description: "Helps.", console: false });
    const model = new ScriptedModel([calls(["helper", { task: "Help." }]), answers(1)]);
    await new ToolCallingAgent({ model, managedAgents: [helper], console: false }).run("Go");
    expect(
      traces
        .spans()
        .map(({ name }) => name)
        .filter((name) => name.startsWith("helper")),
    ).toEqual(["helper.run", "helper"]);
    expect(warnings).toEqual([expect.stringContaining("Alone has a run() of its own")]);
  });

  it("gives what it gave before", async () => {
    const model = new Own();
    await new ToolCallingAgent({ model, console: false }).run("Go");
    expect(await model.generate()).toBe(answer);
  });
});
