import { setMetadata, setPromptTemplate, setSession, setTags, setUser } from "@arizeai/openinference-core";
import { SemanticConventions } from "@arizeai/openinference-semantic-conventions";
import { context } from "@opentelemetry/api";
import { CodeAgent, tool, ToolCallingAgent } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { expect, it } from "vitest";
import { z } from "zod";
import { writes } from "../support/replies.ts";
import { traceEachTest } from "../support/traces.ts";

const traces = traceEachTest();

/** Names of the conventions that no span of an agent has, and why. */
const ABSENT: Readonly<Record<string, RegExp>> = {
  "feedback is given afterwards, by others": /^(trace\.|session\.)?(annotation|evaluation)s?(\.|$)/,
  "an agent retrieves, ranks and embeds by tools, whose results are not of that shape":
    /^(document|retrieval|reranker|embedding)\./,
  "Chat Completions has messages, not prompts": /^llm\.prompts$/,
  "the conventions deprecate it": /function_call(_name|_arguments_json)?$/,
  "messages hold text, images and the text of reasoning": /^message_content\.(audio|video|id|data|signature|encrypted)/,
  "messages hold no video": /^video\.url$/,
  "Chat Completions has no signatures of reasoning": /^tool_call\.reasoning_signature$/,
  "prompts come from no registry; who has one says so by `setAttributes`": /^prompt\.(id|url|vendor)$/,
  "it is `cache_read` by a second name": /^llm\.(token_count|cost)\.prompt_details\.cache_input$/,
  "a `price` has none for what is written to a cache": /^llm\.cost\.prompt_details\.cache_write$/,
  "a `price` has none for sound": /^llm\.cost\.\w+_details\.audio$/,
};

const ON_ALL = [
  "openinference.span.kind",
  "input.value",
  "input.mime_type",
  "output.value",
  "output.mime_type",
  "session.id",
  "user.id",
  "metadata",
  "tag.tags",
  "llm.prompt_template.template",
];

/** What every span of a kind has, beside what all have. */
const BY_KIND: Readonly<Record<string, readonly string[]>> = {
  AGENT: ["agent.name", "graph.node.id", "graph.node.name", "vitrine.max_steps", "vitrine.stop_reason"],
  CHAIN: ["agent.name"],
  LLM: [
    "llm.system",
    "llm.provider",
    "llm.model_name",
    "llm.request.model_name",
    "llm.response.model_name",
    "llm.invocation_parameters",
    "llm.finish_reason",
    "llm.token_count.prompt",
    "llm.token_count.prompt_details.cache_read",
    "llm.token_count.prompt_details.cache_write",
    "llm.token_count.prompt_details.audio",
    "llm.token_count.completion",
    "llm.token_count.completion_details.reasoning",
    "llm.token_count.completion_details.audio",
    "llm.token_count.total",
    "llm.cost.total",
    "llm.cost.prompt",
    "llm.cost.completion",
    "llm.input_messages.0.message.role",
    "llm.output_messages.0.message.role",
  ],
  TOOL: ["tool.name", "tool.description"],
};

class HostedModel extends ScriptedModel {
  override readonly baseURL = "https://api.openai.com/v1";
}

const inputTokens = 100;
const usage = {
  inputTokens,
  outputTokens: 10,
  cachedTokens: 50,
  cacheWriteTokens: 20,
  reasoningTokens: 5,
  audioInputTokens: 1,
  audioOutputTokens: 1,
};
const said = { usage: { ...usage, totalTokens: 110 }, reasoning: "I think.", finishReason: "stop" };
const PNG = { type: "image", url: "data:image/png;base64,AAAA" } as const;

/** Runs a manager that plans and an agent that it manages, with images, and everything told that can be. */
async function runWithEverything(): Promise<void> {
  const draw = tool({
    name: "draw",
    description: "Draws.",
    inputSchema: z.object({}),
    execute: (_input, { showImage }) => showImage(PNG),
  });
  const price = { inputPerMillion: 1, outputPerMillion: 4, cachedInputPerMillion: 0.5 };
  const model = new HostedModel(
    [
      { ...said, content: "1. Ask." },
      { ...said, ...writes(`console.log(await artist({ task: "Draw." }))`), usage: said.usage },
      { ...said, content: "I draw.", toolCalls: [{ name: "draw", arguments: {} }] },
      { ...said, toolCalls: [{ name: "final_answer", arguments: { answer: "drawn" } }] },
      { ...said, ...writes(`finalAnswer("drawn")`), usage: said.usage },
    ],
    { modelId: "gpt-5-mini", price },
  );
  const artist = new ToolCallingAgent({ model, tools: [draw], name: "artist", description: "Draws.", console: false });
  const manager = new CodeAgent({ model, managedAgents: [artist], planningInterval: 5, console: false });
  await manager.run("Draw.", { images: [PNG] });
}

const setters = [
  (active) => setSession(active, { sessionId: "s" }),
  (active) => setUser(active, { userId: "u" }),
  (active) => setMetadata(active, { team: "a" }),
  (active) => setTags(active, ["x"]),
  (active) => setPromptTemplate(active, { template: "Ask {q}", variables: { q: "why" }, version: "1" }),
] satisfies ((active: ReturnType<typeof context.active>) => ReturnType<typeof context.active>)[];

async function traceEverything(): Promise<readonly string[]> {
  await context.with(
    setters.reduce((active, set) => set(active), context.active()),
    runWithEverything,
  );
  return [...new Set(traces.spans().flatMap(({ attributes }) => Object.keys(attributes)))];
}

function isIn(keys: readonly string[], name: string): boolean {
  return keys.some((key) => `.${key}.`.includes(`.${name}.`));
}

it("has every name of the conventions on some span of a run, or a reason why not", async () => {
  const keys = await traceEverything();
  const missing = Object.values(SemanticConventions).filter((name) => !isIn(keys, name));
  expect(missing.filter((name) => !Object.values(ABSENT).some((names) => names.test(name)))).toEqual([]);
});

it("has no reason for what is there, and none for what the conventions do not know", async () => {
  const keys = await traceEverything();
  const names: readonly string[] = Object.values(SemanticConventions);
  const excused = names.filter((name) => Object.values(ABSENT).some((pattern) => pattern.test(name)));
  expect(excused.filter((name) => isIn(keys, name))).toEqual([]);
  expect(Object.values(ABSENT).filter((pattern) => !names.some((name) => pattern.test(name)))).toEqual([]);
});

it("has on every span what every span of its kind must have, each of its type", async () => {
  await traceEverything();
  const spans = traces
    .spans()
    .map(({ name, attributes }) => ({ name, attributes, kind: String(attributes["openinference.span.kind"]) }));
  expect(new Set(spans.map(({ kind }) => kind))).toEqual(new Set(Object.keys(BY_KIND)));
  const missing = spans.flatMap(({ name, attributes, kind }) =>
    [...ON_ALL, ...(BY_KIND[kind] ?? [])].filter((key) => !(key in attributes)).map((key) => `${name}: ${key}`),
  );
  expect(missing).toEqual([]);
  const wrong = spans.flatMap(({ attributes }) =>
    Object.entries(attributes).filter(([key, value]) => !isOfItsType(key, value)),
  );
  expect(wrong).toEqual([]);
});

/** What the conventions say of the types of values. */
function isOfItsType(key: string, value: unknown): boolean {
  if (key === "tag.tags" || key === "vitrine.tools_names") return Array.isArray(value);
  if (key.startsWith("llm.token_count.")) return Number.isInteger(value);
  if (/^llm\.cost\.|^vitrine\.(usage|limits|remaining|max_steps|step_number)/.test(key))
    return typeof value === "number";
  if (/metadata$|variables$|json_schema$|^tool\.parameters$|arguments$|invocation_parameters$/.test(key))
    return typeof value === "string" && typeof JSON.parse(value) === "object";
  return typeof value === "string" && value !== "" && value !== "undefined";
}

it("has JSON where the MIME type says so, and a MIME type where there is a value", async () => {
  await traceEverything();
  const sides = traces.spans().flatMap(({ attributes }) =>
    ["input", "output"].map((side) => ({
      value: attributes[`${side}.value`],
      type: attributes[`${side}.mime_type`],
    })),
  );
  expect(new Set(sides.map(({ type }) => type))).toEqual(new Set(["text/plain", "application/json"]));
  const json = sides.flatMap(({ value, type }) => (type === "application/json" ? [String(value)] : []));
  expect(() => json.map((text): unknown => JSON.parse(text))).not.toThrow();
});
