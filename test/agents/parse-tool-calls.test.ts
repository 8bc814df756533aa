import { describe, expect, it } from "vitest";
import { parseToolCalls } from "../../src/agents/parse-tool-calls.ts";
import { ParsingError } from "../../src/errors.ts";

const ADD = '{"name": "add", "arguments": {"a": 1}}';
const MUL = '{"name": "mul", "arguments": {"b": "}"}}';
const add = { id: "", name: "add", arguments: { a: 1 } };
const mul = { id: "", name: "mul", arguments: { b: "}" } };

describe("parseToolCalls", () => {
  it.each([
    ["arguments", `{"name": "add", "arguments": {"a": 1}}`],
    ["parameters", `{"name": "add", "parameters": {"a": 1}}`],
    ["input", `{"type": "tool_use", "name": "add", "input": {"a": 1}}`],
    ["args", `{"name": "add", "args": {"a": 1}}`],
    ["arguments as text", `{"name": "add", "arguments": "{\\"a\\": 1}"}`],
    ["a function", `{"type": "function", "function": {"name": "add", "arguments": "{\\"a\\": 1}"}}`],
    ["a function with parameters", `{"type": "function", "function": {"name": "add", "parameters": {"a": 1}}}`],
  ])("reads a call with %s", (_form, text) => {
    expect(parseToolCalls(text)).toEqual([add]);
  });

  it.each([
    ["under each other", `${ADD}\n${MUL}`],
    ["in a list", `Both: [${ADD}, ${MUL}]`],
    ["in two fences", `First:\n\`\`\`json\n${ADD}\n\`\`\`\nthen:\n\`\`\`json\n${MUL}\n\`\`\``],
    ["in two tags", `<tool_call>${ADD}</tool_call>\n<tool_call>${MUL}`],
    ["in one tag", `<tool_call>${ADD}${MUL}</tool_call>`],
  ])("reads two calls %s", (_form, text) => {
    expect(parseToolCalls(text)).toEqual([add, mul]);
  });

  it.each([
    ["braces before it", `The set {x, y} and {"x": 1} and {} are known. ${ADD}`],
    ["braces behind it", `${ADD}\nThen f(x) { return {x} } is next, {"x": "broken}.`],
    ["an open brace before it", `Blocks open with { here. ${ADD}`],
    ["an interval before it", `For x in [0, 1): ${ADD}`],
    ["data with a name before it", `I know {"name": "Ada", "born": 1815}. ${ADD}`],
    ["thinking whose opening tag is missing", `I try ${MUL} first.</think>${ADD}`],
    ["thinking that speaks of a call", `<think>${MUL}</think>${ADD}`],
  ])("reads a call with %s", (_form, text) => {
    expect(parseToolCalls(text)).toEqual([add]);
  });

  it("keeps thinking tags in arguments", () => {
    const input = { text: "a <think>b</think> c" };
    expect(parseToolCalls(JSON.stringify({ name: "add", arguments: input }))).toEqual([{ ...add, arguments: input }]);
  });

  it("reads a name without arguments", () => {
    expect(parseToolCalls('{"name": "now"}')).toEqual([{ id: "", name: "now", arguments: {} }]);
  });

  it.each([
    ["no JSON", "I would rather talk {about it}.", /^No tool call was found/],
    ["data", '{"a": 1}', /names no tool/],
    [
      "a call that breaks off, behind one that is whole",
      `${ADD} {"name": "mul", "argum`,
      /not valid JSON.*nothing was run/,
    ],
  ])("says how to call where there is %s", (_form, text, fault) => {
    expect(() => parseToolCalls(text)).toThrow(ParsingError);
    expect(() => parseToolCalls(text)).toThrow(fault);
    expect(() => parseToolCalls(text)).toThrow(/write the call as JSON: \{"name": "<tool>", "arguments": \{…\}\}/);
  });
});
