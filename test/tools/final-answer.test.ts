import { describe, expect, it } from "vitest";
import { ToolInputError } from "../../src/errors.ts";
import { finalAnswer } from "../../src/tools/final-answer.ts";
import { toolSpec } from "../../src/tools/tool-spec.ts";

describe("finalAnswer", () => {
  it.each(["25.1 years", 25.1, false, null, { years: [25.1] }])("gives back the answer %j", async (answer) => {
    await expect(finalAnswer().call({ answer })).resolves.toEqual(answer);
  });

  it("refuses a call without an answer", async () => {
    await expect(finalAnswer().call({})).rejects.toBeInstanceOf(ToolInputError);
  });

  it("tells models that the answer is needed, and may be anything", () => {
    expect(toolSpec(finalAnswer())).toMatchObject({
      name: "final_answer",
      inputSchema: {
        type: "object",
        properties: { answer: { description: expect.any(String) } },
        required: ["answer"],
      },
    });
    expect(toolSpec(finalAnswer()).inputSchema).not.toHaveProperty("properties.answer.type");
  });
});
