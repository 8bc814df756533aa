import { describe, expect, it } from "vitest";
import { AgentMemory, CodeAgent, type ImagePart, tool, ToolCallingAgent } from "vitrine";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { z } from "zod";
import { answers, calls, writes } from "../support/replies.ts";

const CAR: ImagePart = { type: "image", url: "data:image/png;base64,iVBORw0KGgo=" };

function setUp(replies: readonly ScriptedReply[]) {
  const shown: unknown[] = [];
  const draw = tool({
    name: "draw",
    description: "Draws.",
    inputSchema: z.object({}),
    execute: (): ImagePart => ({ ...CAR }),
  });
  const show = tool({
    name: "show",
    description: "Shows an image.",
    inputSchema: z.object({ image: z.any() }),
    execute: ({ image }) => void shown.push(image),
  });
  const model = new ScriptedModel(replies);
  return { shown, model, options: { model, tools: [draw, show], console: false } };
}

describe("an image that a tool gives", () => {
  it("is kept under a name, told to the model, and shown to it once", async () => {
    const { model, options } = setUp([calls(["draw", {}]), calls(["show", {}]), answers(1)]);
    const agent = new ToolCallingAgent(options);
    await agent.run("Go");
    expect(agent.state).toEqual({ image_1: CAR });
    const { messages = [] } = model.requests[2] ?? {};
    expect(messages.filter(({ role }) => role === "tool")[0]?.content).toContain("image_1");
    const images = messages.flatMap(({ content }) =>
      typeof content === "string" ? [] : content.filter(({ type }) => type === "image"),
    );
    expect(images).toEqual([CAR]);
  });

  it("is passed on to another tool by its name", async () => {
    const { shown, options } = setUp([calls(["draw", {}]), calls(["show", { image: "image_1" }]), answers(1)]);
    await new ToolCallingAgent(options).run("Go");
    expect(shown).toEqual([CAR]);
  });

  it("is the answer, given by its name", async () => {
    const { options } = setUp([calls(["draw", {}]), answers("image_1")]);
    expect((await new ToolCallingAgent(options).run("Go")).output).toEqual(CAR);
  });

  it("stays out of the sandbox: code holds a reference, and passes it on", async () => {
    const code =
      "const car = await draw({}); await show({ image: car }); console.log(JSON.stringify(car)); finalAnswer(car)";
    const { shown, options } = setUp([writes(code)]);
    const { output, steps } = await new CodeAgent(options).run("Go");
    expect([shown, output]).toEqual([[CAR], CAR]);
    expect(steps[1]).toMatchObject({
      observations: [{ text: expect.stringContaining('{"type":"image","url":"image_1"}') }],
      images: [{ name: "image_1", ...CAR }],
    });
  });

  it("is a variable in the next step, also when the code forgot to keep it", async () => {
    const { options } = setUp([writes("await draw({}); 1"), writes("finalAnswer(image_1)")]);
    expect((await new CodeAgent(options).run("Go")).output).toEqual(CAR);
  });

  it("is not shown to a model that sees none", async () => {
    const { options } = setUp([]);
    const model = new ScriptedModel([calls(["draw", {}]), answers(1)], { seesImages: false });
    await new ToolCallingAgent({ ...options, model }).run("Go");
    expect(JSON.stringify(model.requests[1]?.messages)).not.toContain("base64");
    expect(JSON.stringify(model.requests[1]?.messages)).toContain("image_1");
  });
});

describe("an image that a managed agent answers with", () => {
  it("is kept by its manager too, told by name, and shown", async () => {
    const { options } = setUp([calls(["draw", {}]), answers("image_1")]);
    const artist = new ToolCallingAgent({ ...options, name: "artist", description: "Draws." });
    const model = new ScriptedModel([calls(["artist", { task: "Draw" }]), answers("image_1")]);
    const manager = new ToolCallingAgent({ model, managedAgents: [artist], console: false });
    expect((await manager.run("Go")).output).toEqual(CAR);
    const { messages = [] } = model.requests[1] ?? {};
    expect(messages.find(({ role }) => role === "tool")?.content).toMatch(/image_1[\s\S]*kept as image_1/);
    expect(messages.at(-1)?.content).toContainEqual(CAR);
  });
});

describe("showImage", () => {
  it("lets a tool give an image beside its text", async () => {
    const { options } = setUp([]);
    const chart = tool({
      name: "chart",
      description: "Draws a chart.",
      inputSchema: z.object({}),
      execute: (_input, { showImage }) => `The chart rises: ${showImage(CAR)}`,
    });
    const model = new ScriptedModel([calls(["chart", {}]), answers(1)]);
    const { steps } = await new ToolCallingAgent({ ...options, model, tools: [chart] }).run("Go");
    expect(steps[1]).toMatchObject({
      images: [{ name: "image_1", ...CAR }],
      observations: [{ text: expect.stringMatching(/^The chart rises: image_1\nThe image is kept as image_1/) }],
    });
  });
});

describe("images of the task", () => {
  it("are refused for a model that sees none", async () => {
    const model = new ScriptedModel([], { seesImages: false });
    await expect(new ToolCallingAgent({ model, console: false }).run("Go", { images: [CAR] })).rejects.toThrow(
      /sees none/,
    );
  });

  it("come as arguments without their bytes in the text of the task", async () => {
    const { shown, model, options } = setUp([writes("await show({ image: photo }); finalAnswer(1)")]);
    await new CodeAgent(options).run("Go", { additionalArgs: { photo: CAR } });
    expect(shown).toEqual([CAR]);
    expect(JSON.stringify(model.requests[0]?.messages)).not.toContain("base64");
  });
});

describe("images and memory", () => {
  it("never stand in a text, whatever way they go", async () => {
    const { model, options } = setUp([
      calls(["draw", {}]),
      answers("image_1"),
      writes("console.log(pics); await show({ image: pics[0] }); finalAnswer(await draw({}))"),
      answers(1),
    ]);
    const agent = new ToolCallingAgent(options);
    await agent.run("Go");
    const coder = new CodeAgent({ ...options, memory: agent.memory });
    const events: string[] = [];
    const { output } = await coder.run("Go on", {
      reset: false,
      additionalArgs: { pics: [{ ...CAR, url: `${CAR.url}AA` }] },
      onEvent: (event) => event.type !== "final" && event.type !== "step-end" && events.push(JSON.stringify(event)),
    });
    expect(output).toEqual(CAR);
    await new ToolCallingAgent({ ...options, memory: coder.memory }).run("And on", { reset: false });
    const texts = model.requests
      .flatMap(({ messages }) => messages)
      .flatMap(({ content }): unknown[] =>
        typeof content === "string" ? [content] : content.filter(({ type }) => type === "text"),
      );
    expect(JSON.stringify([texts, events])).not.toContain("base64");
  });

  it("are in the state again once a memory is read, under names of their own", async () => {
    const { options } = setUp([calls(["draw", {}]), answers(1)]);
    const agent = new ToolCallingAgent(options);
    await agent.run("Go");
    const memory = AgentMemory.fromJSON(JSON.stringify(agent.memory));
    const { shown, options: next } = setUp([calls(["show", { image: "image_1" }]), answers(1)]);
    const restored = new ToolCallingAgent({ ...next, memory });
    await restored.run("Go on", { reset: false });
    expect(shown).toEqual([CAR]);
    expect(restored.state).toEqual({ image_1: CAR });
  });

  it("are handed to a managed agent by name", async () => {
    const { shown, options } = setUp([calls(["show", { image: "photo" }]), answers(1)]);
    const viewer = new ToolCallingAgent({ ...options, name: "viewer", description: "Views." });
    const model = new ScriptedModel([
      calls(["draw", {}]),
      calls(["viewer", { task: "Look", additional_args: { photo: "image_1" } }]),
      answers(1),
    ]);
    await new ToolCallingAgent({ ...options, model, managedAgents: [viewer] }).run("Go");
    expect(shown).toEqual([CAR]);
  });
});
