import { diag } from "@opentelemetry/api";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { Model, type ModelOutput, Tool, ToolCallingAgent } from "vitrine";
import { z } from "zod";
import { warnOfOtherCopy } from "../../instrumentors/agent/copies.ts";
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
    expect(warnings.map((warning) => warning.split(" has ")[1]?.split(" of ")[0])).toEqual(["a step()", "a call()"]);
  });

  it("gives what it gave before", async () => {
    const model = new Own();
    await new ToolCallingAgent({ model, console: false }).run("Go");
    expect(await model.generate()).toBe(answer);
  });
});

describe("two copies of the package", () => {
  it("are told apart by version and path, once for each that comes later", () => {
    const registry = {};
    for (const path of ["a.js", "a.js", "b.js"]) warnOfOtherCopy({ version: "1.0.0", path }, registry);
    expect(warnings).toEqual([expect.stringContaining("1.0.0 at a.js and 1.0.0 at b.js")]);
  });
});
