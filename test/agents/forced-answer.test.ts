import { describe, expect, it } from "vitest";
import { ModelError, ToolCallingAgent } from "vitrine";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { z } from "zod";
import { answers, calls } from "../support/replies.ts";

const outputSchema = z.object({ city: z.string() });

function setUp(replies: readonly ScriptedReply[], options: { readonly outputSchema?: z.ZodType } = {}) {
  const model = new ScriptedModel(replies);
  return { model, agent: new ToolCallingAgent({ model, console: false, maxSteps: 0, ...options }) };
}

describe("the forced answer", () => {
  it("is that of a final_answer call, which stays in the step", async () => {
    const { agent } = setUp([answers(42)]);
    const result = await agent.run("Go");
    expect(result).toMatchObject({ output: 42, stopReason: "max-steps" });
    expect(result.steps[1]).toMatchObject({
      toolCalls: [{ name: "final_answer", arguments: { answer: 42 } }],
      observations: [{ toolName: "final_answer", text: "42" }],
    });
  });

  it("is that of a final_answer call which is written as text", async () => {
    const { agent } = setUp(['<tool_call>{"name": "final_answer", "arguments": {"answer": 42}}</tool_call>']);
    expect((await agent.run("Go")).output).toBe(42);
  });

  it("is the text of code, as it stands", async () => {
    const { agent } = setUp(["<code>finalAnswer(5)</code>"]);
    expect((await agent.run("Go")).output).toBe("<code>finalAnswer(5)</code>");
  });

  it("keeps a call of another tool, which is not made", async () => {
    const { agent } = setUp([{ content: "I think 7.", ...calls(["search", { query: "x" }]) }]);
    const { output, steps } = await agent.run("Go");
    expect(output).toBe("I think 7.");
    expect(steps[1]).toMatchObject({ observations: [{ text: expect.stringContaining("not made") }] });
  });

  it("that was called, and does not fit its schema, is told back as text", async () => {
    const { agent, model } = setUp([answers({ city: 1 }), '{"city": "Paris"}'], { outputSchema });
    expect((await agent.run("Go")).output).toEqual({ city: "Paris" });
    expect(model.requests[1]?.messages.at(-2)).toEqual({
      role: "assistant",
      content: 'final_answer {"answer":{"city":1}}',
      toolCalls: [],
    });
  });

  it("that was cut off by its length is asked for again with that said", async () => {
    const { agent, model } = setUp([{ content: '{"city": "Par', finishReason: "length" }, '{"city": "Paris"}'], {
      outputSchema,
    });
    await agent.run("Go");
    expect(model.requests[1]?.messages.at(-1)?.content).toContain("was cut off by its length limit");
  });

  it("is asked for in words alone, where the schema is of no object", async () => {
    const { agent, model } = setUp(["[1]"], { outputSchema: z.array(z.number()) });
    expect((await agent.run("Go")).output).toEqual([1]);
    expect(model.requests[0]?.responseFormat).toBeUndefined();
    expect(model.requests[0]?.messages.at(-1)?.content).toContain('"type":"array"');
  });

  it("is asked for without a response format, where the endpoint refuses it", async () => {
    const refusal = new ModelError("response_format is not supported", { status: 400 });
    const { agent, model } = setUp([refusal, '{"city": "Paris"}'], { outputSchema });
    expect((await agent.run("Go")).output).toEqual({ city: "Paris" });
    expect(model.requests.map(({ responseFormat }) => responseFormat?.name)).toEqual(["final_answer", undefined]);
  });

  it.each([401, 429, 500])("fails at once where the endpoint fails with %i", async (status) => {
    const { agent, model } = setUp([new ModelError("No.", { status })], { outputSchema });
    await expect(agent.run("Go")).rejects.toBeInstanceOf(ModelError);
    expect(model.requests).toHaveLength(1);
  });

  it("is no failure to a run that goes on from there", async () => {
    const { agent, model } = setUp(["I think 7.", answers(8)]);
    await agent.run("Go");
    await agent.run("Go on", { reset: false, maxSteps: 1 });
    expect(JSON.stringify(model.requests[1]?.messages)).not.toContain("used up");
  });
});
