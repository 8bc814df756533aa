import { expect, it } from "vitest";
import { Model, type ModelOutput, ToolCallingAgent } from "vitrine";
import { traceEachTest } from "../support/traces.ts";

const traces = traceEachTest();

it("shows images and reasoning as parts of a message", async () => {
  const model = new (class Seer extends Model {
    readonly modelId = "seer";
    protected override async doGenerate(): Promise<ModelOutput> {
      const toolCalls = [{ id: "1", name: "final_answer", arguments: { answer: "a cat" } }];
      return { message: { role: "assistant", content: "A cat.", reasoning: "It has whiskers.", toolCalls } };
    }
  })();
  await new ToolCallingAgent({ model, console: false }).run("What is this?", {
    images: [{ type: "image", url: "data:image/jpeg;base64,AAAA" }],
  });
  expect(traces.span("Seer.generate").attributes).toMatchObject({
    "llm.input_messages.1.message.contents.0.message_content.type": "text",
    "llm.input_messages.1.message.contents.1.message_content.type": "image",
    "llm.input_messages.1.message.contents.1.message_content.image.image.url": "data:image/jpeg;base64,AAAA",
    "llm.output_messages.0.message.contents.0.message_content.type": "reasoning",
    "llm.output_messages.0.message.contents.0.message_content.text": "It has whiskers.",
    "llm.output_messages.0.message.contents.1.message_content.text": "A cat.",
  });
});
