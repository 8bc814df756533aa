import { describe, expect, it } from "vitest";
import { AgentAbortError, ModelError } from "../../src/errors.ts";
import { type GenerateRequest, Model, type ModelDelta } from "../../src/models/model.ts";

/** What the model is to answer, at every call. Arguments are what the calls are to arrive with. */
export interface ModelReply {
  readonly content?: string;
  readonly toolCalls?: readonly { readonly id: string; readonly name: string; readonly arguments: unknown }[];
  readonly usage?: { readonly inputTokens: number; readonly outputTokens: number };
}

/** What happens to a call: it is answered, or fails for good, or nobody ever answers. */
export type ModelBehaviour = ModelReply | "fails" | "never answers";

export interface ModelUnderTest {
  readonly model: Model;
  /** What came to the other side, one item a call. Grows. */
  readonly received: readonly unknown[];
  /** Resolves when the first call has come to the other side. */
  readonly reached: Promise<void>;
}

const REQUEST: GenerateRequest = {
  messages: [
    { role: "system", content: "Be brief." },
    {
      role: "user",
      content: [
        { type: "text", text: "How hot is Madrid?" },
        { type: "image", url: "data:image/png;base64,AA==" },
      ],
    },
    { role: "assistant", content: "", toolCalls: [{ id: "c0", name: "look", arguments: { at: ["the sky"] } }] },
    { role: "tool", toolCallId: "c0", toolName: "look", content: "Clear." },
  ],
  tools: [{ name: "look", description: "Looks.", inputSchema: { type: "object", properties: { at: {} } } }],
  toolChoice: "auto",
  parameters: { temperature: 0.25 },
};

/** Holds a Model to what every Model must hold. `create` gives a new one for each test, which behaves as it is told. */
export function describeModel(name: string, create: (behaviour: ModelBehaviour) => Promise<ModelUnderTest>): void {
  describe(`${name}, as a Model`, () => {
    describeAnswers(create);
    describeRequests(create);
    describeEnds(create);
  });
}

type Create = Parameters<typeof describeModel>[1];

function describeAnswers(create: Create): void {
  it.each(["whole", "streamed"])("gives the message of the assistant, %s", async (manner) => {
    const { model } = await create({ content: "Madrid is at 31 degrees." });

    const { message } = await model.generate(REQUEST, manner === "streamed" ? { onDelta: () => {} } : {});

    expect(message).toEqual({ role: "assistant", content: "Madrid is at 31 degrees.", toolCalls: [] });
  });

  it("sends deltas that add up to the content", async () => {
    const { model } = await create({ content: "  Madrid is\n\nat 31 degrees. " });
    const { deltas, onDelta } = listen();

    const { message } = await model.generate(REQUEST, { onDelta });

    expect(message.content).toBe("  Madrid is\n\nat 31 degrees. ");
    expect(deltas.map(({ text }) => text).join("")).toBe(message.content);
    expect(deltas.length).toBeGreaterThan(1);
  });

  it.each(["whole", "streamed"])("gives the calls of tools, in order and parsed, %s", async (manner) => {
    const toolCalls = [
      { id: "c1", name: "look", arguments: { at: ["here", { and: "there" }] } },
      { id: "c2", name: "look", arguments: {} },
    ];
    const { model } = await create({ toolCalls });

    const { message } = await model.generate(REQUEST, manner === "streamed" ? { onDelta: () => {} } : {});

    expect(message).toEqual({ role: "assistant", content: "", toolCalls });
  });

  it.each(["whole", "streamed"])("counts the tokens, and their total, %s", async (manner) => {
    const { model } = await create({ content: "31", usage: { inputTokens: 20, outputTokens: 3 } });

    const { usage } = await model.generate(REQUEST, manner === "streamed" ? { onDelta: () => {} } : {});

    expect(usage).toEqual({ inputTokens: 20, outputTokens: 3, totalTokens: 23 });
  });

  it("cuts the content before a stop sequence, in deltas too", async () => {
    const { model } = await create({ content: "It is 31.\nObservation: so I was told" });
    const stopping = { ...REQUEST, stopSequences: ["</code>", "Observation:"] };
    const { deltas, onDelta } = listen();

    const outputs = [await model.generate(stopping), await model.generate(stopping, { onDelta })];

    expect(outputs.map(({ message }) => message.content)).toEqual(["It is 31.\n", "It is 31.\n"]);
    expect(deltas.map(({ text }) => text).join("")).toBe("It is 31.\n");
  });
}

function describeRequests(create: Create): void {
  it("passes on what it is asked, with tools and parameters", async () => {
    const { model, received } = await create({ content: "31" });

    await model.generate(REQUEST);

    expect(received).toHaveLength(1);
    const sent = JSON.stringify(received[0]);
    for (const part of ["Be brief.", "How hot is Madrid?", "data:image/png;base64,AA==", "the sky", "Clear.", "Looks."])
      expect(sent).toContain(part);
    expect(sent).toContain('"temperature":0.25');
  });

  it("passes on the format of the answer", async () => {
    const schema = { type: "object", properties: { degrees: { type: "number" } } };
    const { model, received } = await create({ content: '{"degrees":31}' });

    await model.generate({ ...REQUEST, responseFormat: { name: "weather", schema } });

    const sent = JSON.stringify(received[0]);
    expect(sent).toContain('"name":"weather"');
    expect(sent).toContain(JSON.stringify(schema));
  });

  it("leaves the request as it is", async () => {
    const { model } = await create({ content: "31", toolCalls: [{ id: "c1", name: "look", arguments: { at: [] } }] });
    const request = { ...structuredClone(REQUEST), stopSequences: ["x"], responseFormat: { name: "a", schema: {} } };
    const before = structuredClone(request);

    await model.generate(freeze(request), { onDelta: () => {} });

    expect(request).toEqual(before);
  });

  it("makes calls by the one `generate` of Model, where they are traced", async () => {
    const { model } = await create({ content: "31" });

    expect(Reflect.get(model, "generate")).toBe(Reflect.get(Model.prototype, "generate"));
  });
}

function describeEnds(create: Create): void {
  it("fails with a ModelError that has the cause and names the model", async () => {
    const { model } = await create("fails");

    const failure: unknown = await model.generate(REQUEST).catch((thrown: unknown) => thrown);

    expect(failure).toBeInstanceOf(ModelError);
    expect(failure).toMatchObject({ modelId: model.modelId, cause: expect.any(Error) });
    expect(failure).toHaveProperty("message", expect.stringContaining(`"${model.modelId}"`));
  });

  it("asks nobody once the signal has fired", async () => {
    const { model, received } = await create({ content: "31" });
    const reason = new Error("enough");

    const failure: unknown = await model
      .generate(REQUEST, { signal: AbortSignal.abort(reason) })
      .catch((thrown: unknown) => thrown);

    expect(failure).toBeInstanceOf(AgentAbortError);
    expect(failure).toMatchObject({ cause: reason });
    expect(received).toEqual([]);
  });

  it.each(["whole", "streamed"])("stops waiting as soon as the signal fires, %s", async (manner) => {
    const { model, reached } = await create("never answers");
    const controller = new AbortController();
    const reason = new Error("enough");
    const call = model
      .generate(REQUEST, {
        signal: controller.signal,
        onDelta: manner === "streamed" ? () => {} : undefined,
      })
      .catch((thrown: unknown) => thrown);
    await reached;

    controller.abort(reason);

    const failure = await call;
    expect(failure).toBeInstanceOf(AgentAbortError);
    expect(failure).toMatchObject({ cause: reason });
  });
}

function listen(): { readonly deltas: ModelDelta[]; readonly onDelta: (delta: ModelDelta) => void } {
  const deltas: ModelDelta[] = [];
  return { deltas, onDelta: (delta) => void deltas.push(delta) };
}

/** Freezes data through and through. */
function freeze<T>(value: T): T {
  if (typeof value === "object" && value !== null) for (const part of Object.values(value)) freeze(part);
  return Object.freeze(value);
}
