import { describe, expect, it } from "vitest";
import { ScriptedModel } from "vitrine/testing";
import { modelStartAttributes } from "../../instrumentors/agent/attributes/model.ts";
import { startAttributes } from "../../instrumentors/openai/attributes.ts";
import { CHAT_COMPLETIONS } from "../../instrumentors/openai/chat-completions.ts";
import { RESPONSES } from "../../instrumentors/openai/responses.ts";

const READ_BY_THE_MODEL = {
  messages: [{ role: "user", content: "secret" }],
  input: "secret",
  prompt: "secret",
  suffix: "secret",
  instructions: "secret",
  system: "secret",
  prediction: { type: "content", content: "secret" },
  documents: [{ text: "secret" }],
  tools: [{ type: "function", function: { name: "secret" } }],
  functions: [{ name: "secret" }],
};
const HOW_IT_IS_ASKED = {
  temperature: 0,
  stop: ["END"],
  metadata: { ticket: "7" },
  user: "ada",
  response_format: { type: "json_schema", json_schema: { name: "report", schema: { type: "object" } } },
};
const PARAMETERS = { model: "m", ...HOW_IT_IS_ASKED, ...READ_BY_THE_MODEL };

const ways: readonly (readonly [string, () => unknown])[] = [
  [
    "a Model",
    () => modelStartAttributes(new ScriptedModel([], { modelId: "m" }), { messages: [], parameters: PARAMETERS }),
  ],
  ["Chat Completions", () => startAttributes(CHAT_COMPLETIONS.readRequest(PARAMETERS), undefined)],
  ["Responses", () => startAttributes(RESPONSES.readRequest(PARAMETERS), undefined)],
];

describe("llm.invocation_parameters", () => {
  it.each(ways)("hold how a model is asked, and nothing that it reads: %s", (_name, describeCall) => {
    const described = new Map(Object.entries(Object(describeCall())));
    const parameters: unknown = JSON.parse(String(described.get("llm.invocation_parameters")));
    expect(parameters).toEqual({ model: "m", ...HOW_IT_IS_ASKED });
  });
});
