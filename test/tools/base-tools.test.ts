import { describe, expect, it } from "vitest";
import { baseTools } from "../../src/tools/base-tools.ts";

describe("baseTools", () => {
  it.each([
    ["a tool-calling agent", true, ["web_search", "visit_webpage", "code_interpreter"]],
    ["an agent that writes code anyway", false, ["web_search", "visit_webpage"]],
  ])("gives %s what it needs", (_agent, withCodeInterpreter, names) => {
    expect(baseTools({ withCodeInterpreter }).map(({ name }) => name)).toEqual(names);
  });
});
