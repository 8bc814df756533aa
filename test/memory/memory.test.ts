import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../src/errors.ts";
import { AgentMemory } from "../../src/memory/memory.ts";
import type { Step } from "../../src/memory/steps.ts";
import { action, everyStep, timing } from "./steps.ts";

function memoryOf(...steps: readonly Step[]): AgentMemory {
  const memory = new AgentMemory();
  memory.steps.push(...steps);
  return memory;
}

function outputSaved(output: unknown): unknown {
  const text = JSON.stringify(memoryOf(action({ output })));
  const step = AgentMemory.fromJSON(text).steps[0];
  return step?.type === "action" ? step.output : undefined;
}

const cyclic: { self?: unknown } = {};
cyclic.self = cyclic;

describe("AgentMemory.toJSON and fromJSON", () => {
  it("give back the same memory: images, named images, calls, errors, usage and timing included", () => {
    expect(AgentMemory.fromJSON(memoryOf(...everyStep).toJSON())).toEqual(memoryOf(...everyStep));
  });

  it("give back the same memory over JSON text", () => {
    expect(AgentMemory.fromJSON(JSON.stringify(memoryOf(...everyStep)))).toEqual(memoryOf(...everyStep));
  });

  it.each([
    ["text", "25.1 years"],
    ["null", null],
    ["false", false],
    ["nested data", { years: [25.1, { exact: null }] }],
  ])("keep an output that JSON can hold: %s", (_, output) => {
    expect(outputSaved(output)).toEqual(output);
  });

  it.each([
    ["a map", new Map([["a", 1]]), [["a", 1]]],
    ["a set", new Set([1, 2]), [1, 2]],
    ["a big integer", 12n, "12"],
    ["a big integer inside of data", { n: 12n }, { n: "12" }],
    ["no number", Number.NaN, "NaN"],
    ["an error", new TypeError("bad"), "TypeError: bad"],
    ["a date", new Date(0), "1970-01-01T00:00:00.000Z"],
    ["a function", structuredClone, "[Function: structuredClone]"],
    ["what contains itself", cyclic, "<ref *1> { self: [Circular *1] }"],
    [
      "what cannot be written",
      {
        toJSON() {
          throw new Error("no");
        },
      },
      "{ toJSON: [Function: toJSON] }",
    ],
  ])("describe an output that JSON cannot hold: %s", (_, output, described) => {
    expect(outputSaved(output)).toEqual(described);
  });

  it("leave out an output that is undefined", () => {
    expect(memoryOf(action({ output: undefined })).toJSON().steps[0]).not.toHaveProperty("output");
  });

  it("describe arguments that JSON cannot hold, in calls and in what the model saw", () => {
    const toolCalls = [{ id: "c1", name: "add", arguments: cyclic }];
    const step = action({ toolCalls, modelInput: [{ role: "assistant", content: "", toolCalls }] });
    expect(JSON.stringify(memoryOf(step)).match(/Circular/g)).toHaveLength(2);
  });

  it("leave the memory itself as it is", () => {
    const memory = memoryOf(action({ output: cyclic }));
    memory.toJSON();
    expect(memory.steps).toEqual([action({ output: cyclic })]);
  });

  it("keep fields that this release does not know", () => {
    const step = { ...action(), mood: "good" };
    expect(AgentMemory.fromJSON({ version: 1, steps: [step] }).toJSON().steps).toEqual([step]);
  });

  it("give a memory that goes on by itself", () => {
    const saved = memoryOf(...everyStep);
    AgentMemory.fromJSON(saved.toJSON()).reset();
    expect(saved.steps).toEqual(everyStep);
  });
});

describe("AgentMemory.fromJSON", () => {
  const task = { type: "task", task: "Count." };
  const { timing: _, ...timeless } = action();

  it.each([
    ["text that is no JSON", "{steps", /^The saved memory is not JSON: .+/],
    ["no memory", null, /^The saved memory has no version: give what memory\.toJSON\(\) gave/],
    [
      "a newer version",
      { version: 2, steps: [] },
      /^The saved memory has version 2, and this release reads version 1: /,
    ],
    ["no steps", { version: 1 }, /^The saved memory \(version 1\) cannot be read: steps: .*expected array.*\.$/],
    [
      "a step of an unknown type",
      { version: 1, steps: [task, { type: "dream" }] },
      / steps\[1\]\.type: its type must be /,
    ],
    ["a step without its fields", { version: 1, steps: [task, timeless] }, / steps\[1\]\.timing: /],
    [
      "a field of a wrong type",
      { version: 1, steps: [{ type: "task", task: 5 }] },
      / steps\[0\]\.task: .*expected string/,
    ],
    [
      "a fault deep inside",
      {
        version: 1,
        steps: [
          action({ usage: { inputTokens: 1, outputTokens: 1, totalTokens: 2 } }),
          { ...action(), timing: { ...timing, endTime: "now" } },
        ],
      },
      / steps\[1\]\.timing\.endTime: .*expected number/,
    ],
    [
      "a message of an unknown role",
      { version: 1, steps: [{ ...action(), modelInput: [{ role: "narrator", content: "" }] }] },
      / steps\[0\]\.modelInput\[0\]\.role: its role must be /,
    ],
  ])("refuses %s, and names the place", (_name, json, message) => {
    const read = (): AgentMemory => AgentMemory.fromJSON(json);
    expect(read).toThrow(ConfigurationError);
    expect(read).toThrow(message);
  });
});

describe("AgentMemory", () => {
  it("gives all code of its steps, with a blank line between them", () => {
    const memory = memoryOf(action({ code: "let a = 1;" }), ...everyStep, action({ code: "" }));
    expect(memory.returnFullCode()).toBe("let a = 1;\n\nfinalAnswer({ count: 2 });");
  });

  it("forgets all but the system prompt when it is reset", () => {
    const memory = memoryOf(...everyStep);
    memory.reset();
    expect(memory.steps).toEqual([{ type: "system-prompt", systemPrompt: "Be good." }]);
  });
});
