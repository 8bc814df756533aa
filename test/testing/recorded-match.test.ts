import { describe, expect, it } from "vitest";
import { type GenerateRequest, type Message, ModelError, type ToolSpec } from "vitrine";
import { RecordedModel } from "../../src/testing/recorded-model.ts";

const SYSTEM: Message = { role: "system", content: "Be brief." };
const LOOK: ToolSpec = { name: "look", description: "Looks.", inputSchema: { type: "object" } };
const TOUCH: ToolSpec = { name: "touch", description: "Touches.", inputSchema: { type: "object" } };

function says(role: "user" | "system", content: string): Message {
  return { role, content };
}

function recording(...requests: readonly (readonly Message[] | GenerateRequest)[]): RecordedModel {
  return new RecordedModel(
    requests.map((request, index) => ({
      modelId: "m",
      request: "messages" in request ? request : { messages: request },
      output: { message: { role: "assistant", content: `answer ${index + 1}`, toolCalls: [] } },
    })),
  );
}

async function answerOf(model: RecordedModel, request: GenerateRequest): Promise<string> {
  return (await model.generate(request)).message.content;
}

async function faultOf(model: RecordedModel, request: GenerateRequest): Promise<unknown> {
  return model.generate(request).catch((thrown: unknown) => thrown);
}

describe("a recorded answer", () => {
  it("is found by the request, in whichever order the calls come", async () => {
    const model = recording([says("user", "a")], [says("user", "b")]);
    const messages = [says("user", "b")];
    expect([await answerOf(model, { messages }), await answerOf(model, { messages: [says("user", "a")] })]).toEqual([
      "answer 2",
      "answer 1",
    ]);
  });

  it("is given once: an equal request gets the next one", async () => {
    const request = { messages: [says("user", "a")] };
    const model = recording(request, request);
    expect([await answerOf(model, request), await answerOf(model, request)]).toEqual(["answer 1", "answer 2"]);
    expect(await faultOf(model, request)).toMatchObject({
      message: "Call 3 has no recorded answer. This request was recorded 2 times, and has been answered as often.",
    });
  });

  it.each<[string, GenerateRequest]>([
    ["other parameters", { messages: [says("user", "a")], tools: [LOOK, TOUCH], parameters: { temperature: 1 } }],
    ["the tools in another order", { messages: [says("user", "a")], tools: [TOUCH, LOOK] }],
    ["tools in the prompt", { messages: [says("user", "a")], promptTools: [LOOK, TOUCH] }],
    [
      "its text as a part",
      { messages: [{ role: "user", content: [{ type: "text", text: "a" }] }], tools: [LOOK, TOUCH] },
    ],
  ])("fits a request with %s", async (_what, request) => {
    expect(await answerOf(recording({ messages: [says("user", "a")], tools: [LOOK, TOUCH] }), request)).toBe(
      "answer 1",
    );
  });

  it.each(["__REDACTED__", "The se__REDACTED__ of it", "The\n… [14 characters were cut out here] …\nit"])(
    "fits what a mask or a limit may have left %j of",
    async (content) => {
      const [model, longer] = [
        recording([SYSTEM, says("user", content)]),
        recording([SYSTEM, says("user", `${content}!`)]),
      ];
      const request = { messages: [SYSTEM, says("user", "The secret of all of it")] };
      expect(await answerOf(model, request)).toBe("answer 1");
      expect(await faultOf(longer, request)).toBeInstanceOf(ModelError);
    },
  );

  it("fits texts of which a backend has replaced what it cannot store", async () => {
    const model = recording([says("user", "a\uFFFDb\uFFFD")]);
    expect(await answerOf(model, { messages: [says("user", "a\0b\uD800")] })).toBe("answer 1");
  });
});

describe("a request that was not recorded", () => {
  it.each<[string, readonly Message[] | GenerateRequest, GenerateRequest, string]>([
    [
      "the character of the message",
      [SYSTEM, says("user", "How hot is Madrid in the summer?")],
      { messages: [SYSTEM, says("user", "How hot is Lima in the summer?")] },
      'differs at messages[1] (user): text, character 11: recorded "How hot is Madrid in the summer?", asked "How hot is Lima in the summer?".',
    ],
    [
      "the role",
      [SYSTEM],
      { messages: [says("user", "Be brief.")] },
      "differs at messages[0] (system): the recorded one is of the system, this one of the user.",
    ],
    [
      "how many messages there are",
      [SYSTEM],
      { messages: [SYSTEM, says("user", "x")] },
      "differs at messages[1] (user): the recorded one has 1 messages, this one 2.",
    ],
    [
      "the tools",
      { messages: [SYSTEM], tools: [TOUCH, LOOK] },
      { messages: [SYSTEM] },
      "differs after its messages: the recorded one offers the tools look, touch, this one none.",
    ],
    [
      "the arguments of a call",
      [{ role: "assistant", content: "", toolCalls: [{ id: "1", name: "look", arguments: { at: "a" } }] }],
      {
        messages: [{ role: "assistant", content: "", toolCalls: [{ id: "1", name: "look", arguments: { at: "b" } }] }],
      },
      'differs at messages[0] (assistant): call of look, character 7: recorded "{\\"at\\":\\"a\\"}", asked "{\\"at\\":\\"b\\"}".',
    ],
    [
      "an image that is not there",
      [
        {
          role: "user",
          content: [
            { type: "text", text: "x" },
            { type: "image", url: "data:," },
          ],
        },
      ],
      { messages: [says("user", "x")] },
      "differs at messages[0] (user): the recorded one has image there, this one nothing.",
    ],
  ])("is told with %s", async (_what, recorded, asked, text) => {
    const fault = await faultOf(recording(recorded), asked);
    expect(fault).toBeInstanceOf(ModelError);
    expect(fault).toHaveProperty(
      "message",
      `Call 1 has no recorded answer. None of the 1 recorded requests is this one. The nearest, call 1, ${text}`,
    );
  });

  it("is compared with the nearest one, and only what is around the difference is shown", async () => {
    const long = "x".repeat(5000);
    const model = recording([says("user", "far")], [SYSTEM, says("user", `${long}near`)], [SYSTEM, says("user", "x")]);
    const fault = await faultOf(model, { messages: [SYSTEM, says("user", `${long}asked`)] });
    expect(fault).toHaveProperty("message", expect.stringContaining("The nearest, call 2, differs at messages[1]"));
    expect(fault).toHaveProperty(
      "message",
      expect.stringMatching(/character 5000: recorded "…x{30}near", asked "…x{30}asked"\.$/),
    );
  });

  it("finds nothing in an empty recording, and is told so", async () => {
    expect(await faultOf(recording(), { messages: [SYSTEM] })).toHaveProperty(
      "message",
      "Call 1 has no recorded answer. The recording holds no model call.",
    );
  });
});
