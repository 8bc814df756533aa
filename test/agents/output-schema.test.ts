import { describe, expect, expectTypeOf, it } from "vitest";
import { AgentAbortError, CodeAgent, LimitError, ToolCallingAgent } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { z } from "zod";
import { answers, writes } from "../support/replies.ts";

const outputSchema = z.object({ answer: z.string(), sources: z.array(z.string()).default([]) });

describe("an output schema", () => {
  it("types the output, and gives it as the schema reads it", async () => {
    const model = new ScriptedModel([answers({ answer: "Paris" })]);
    const agent = new ToolCallingAgent({ model, outputSchema, console: false });
    const { output } = await agent.run("Go");
    expectTypeOf(output).toEqualTypeOf<{ answer: string; sources: string[] }>();
    expect(output).toEqual({ answer: "Paris", sources: [] });
  });

  it("sends an answer that does not fit back to the model, with the path of each fault", async () => {
    const model = new ScriptedModel([answers({ answer: 7, sources: [1] }), answers({ answer: "Paris" })]);
    const agent = new ToolCallingAgent({ model, outputSchema, console: false });
    const { steps } = await agent.run("Go");
    expect(steps[1]).toMatchObject({
      isFinalAnswer: false,
      error: {
        type: "FinalAnswerCheckError",
        message: expect.stringMatching(/answer: .*string.*sources\.0: .*string/),
      },
    });
  });

  it("is what the model reads of final_answer", async () => {
    const model = new ScriptedModel([answers({ answer: "Paris" })]);
    await new ToolCallingAgent({ model, outputSchema, console: false }).run("Go");
    const tools = model.requests[0]?.tools ?? [];
    expect(tools.find(({ name }) => name === "final_answer")?.inputSchema).toMatchObject({
      properties: { answer: { properties: { answer: { type: "string" } } } },
    });
  });

  it("is told to code as a type, and takes an answer that has a key `answer`", async () => {
    const model = new ScriptedModel([writes('finalAnswer({ answer: "Paris" })')]);
    const agent = new CodeAgent({ model, outputSchema, console: false });
    const { output } = await agent.run("Go");
    expectTypeOf(output.answer).toBeString();
    expect(output).toEqual({ answer: "Paris", sources: [] });
    expect(agent.systemPrompt).toMatch(/finalAnswer\(answer: \{[^)]*answer: string/);
  });

  it("still lets code name the argument of final_answer, where the answer has no such key", async () => {
    const model = new ScriptedModel([writes("final_answer({ answer: 42 })")]);
    expect((await new CodeAgent({ model, outputSchema: z.number(), console: false }).run("Go")).output).toBe(42);
  });

  it("comes before the checks, which see what it made of the answer", async () => {
    const seen: unknown[] = [];
    const model = new ScriptedModel([answers({ answer: "Paris" })]);
    const finalAnswerChecks = [(answer: unknown) => seen.push(answer) === 1];
    await new ToolCallingAgent({ model, outputSchema, finalAnswerChecks, console: false }).run("Go");
    expect(seen).toEqual([{ answer: "Paris", sources: [] }]);
  });

  it("types the answer that the checks get", async () => {
    const model = new ScriptedModel([answers({ answer: "Paris" }), answers({ answer: "Lyon" })]);
    const finalAnswerChecks = [({ answer }: { readonly answer: string }) => answer.startsWith("L")];
    const agent = new ToolCallingAgent({
      model,
      outputSchema,
      finalAnswerChecks: [...finalAnswerChecks, (answer) => answer.sources.length === 0],
      console: false,
    });
    expect((await agent.run("Go")).output.answer).toBe("Lyon");
    expect(agent.memory.steps[2]).toMatchObject({ error: { message: expect.stringContaining("refused by a check:") } });
  });

  it.each([0, 1])("that never settles does not hold an abort up, with maxSteps %i", async (maxSteps) => {
    const abort = new AbortController();
    const never = z.string().refine(async () => {
      abort.abort();
      return new Promise<boolean>(() => {});
    });
    const model = new ScriptedModel([maxSteps === 0 ? "Paris" : answers("Paris")]);
    const agent = new ToolCallingAgent({ model, outputSchema: never, maxSteps, console: false });
    await expect(agent.run("Go", abort)).rejects.toBeInstanceOf(AgentAbortError);
    expect(model.requests).toHaveLength(1);
  });

  it("holds for the forced answer: it is asked for as JSON, and read from a fence too", async () => {
    const model = new ScriptedModel(['```json\n{ "answer": "Paris" }\n```']);
    const agent = new ToolCallingAgent({ model, outputSchema, console: false, maxSteps: 0 });
    expect(await agent.run("Go")).toMatchObject({ output: { answer: "Paris" }, stopReason: "max-steps" });
    expect(model.requests[0]?.responseFormat?.schema).toMatchObject({ properties: { answer: { type: "string" } } });
  });

  it("gives the model a second try at the limit, then rejects with all that it said", async () => {
    const model = new ScriptedModel(["Paris", '{ "answer": 1 }']);
    const agent = new ToolCallingAgent({ model, outputSchema, console: false, maxSteps: 0 });
    const failure: unknown = await agent.run("Go").catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(LimitError);
    expect(agent.memory.steps).toMatchObject([{}, {}, { modelOutput: "Paris" }, { modelOutput: '{ "answer": 1 }' }]);
    expect(model.requests[1]?.messages.at(-1)).toMatchObject({ content: expect.stringContaining("does not fit") });
  });

  it("of a text takes any text at the limit", async () => {
    const model = new ScriptedModel(["Paris"]);
    const agent = new ToolCallingAgent({ model, outputSchema: z.string(), console: false, maxSteps: 0 });
    expect((await agent.run("Go")).output).toBe("Paris");
  });
});
