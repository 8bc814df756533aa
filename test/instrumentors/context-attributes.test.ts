import {
  clearSession,
  setAttributes,
  setMetadata,
  setPromptTemplate,
  setSession,
  setTags,
  setUser,
} from "@arizeai/openinference-core";
import { context, type Context } from "@opentelemetry/api";
import { instrument } from "vitrine/instrumentors";
import { expect, it } from "vitest";
import { answers, calls, writes } from "../support/replies.ts";
import { caller, coder } from "../support/scripted-agents.ts";
import { traceEachTest } from "../support/traces.ts";

const traces = traceEachTest();

const setters: readonly ((active: Context) => Context)[] = [
  (active) => setSession(active, { sessionId: "s-1" }),
  (active) => setUser(active, { userId: "u-1" }),
  (active) => setMetadata(active, { team: "a" }),
  (active) => setTags(active, ["x", "y"]),
  (active) => setPromptTemplate(active, { template: "Ask {q}", variables: { q: "why" }, version: "2" }),
  (active) => setAttributes(active, { "shop.id": 7, "shop.open": true, "shop.cities": ["Oslo", "Rome"] }),
];
const EXPECTED = {
  "session.id": "s-1",
  "user.id": "u-1",
  metadata: '{"team":"a"}',
  "tag.tags": ["x", "y"],
  "llm.prompt_template.template": "Ask {q}",
  "llm.prompt_template.variables": '{"q":"why"}',
  "llm.prompt_template.version": "2",
  "shop.id": 7,
  "shop.open": true,
  "shop.cities": ["Oslo", "Rome"],
};

/** Does the work where openinference-core's own functions have set everything that they can set. */
async function withEverythingSet<T>(work: () => Promise<T>): Promise<T> {
  return context.with(
    setters.reduce((active, set) => set(active), context.active()),
    work,
  );
}

const attributesOfSpans = () => traces.spans().map(({ attributes }) => attributes);
const onEachOf = (count: number) => Array.from({ length: count }, () => expect.objectContaining(EXPECTED));

it("sets what openinference-core's own functions put into the context on every span, also inside code", async () => {
  const searcher = caller([calls(["search", { query: "a" }]), answers(1)], "search_agent");
  const manager = coder([writes(`finalAnswer(await search_agent({ task: "Find." }))`)], [searcher]);
  await withEverythingSet(async () => manager.run("Go"));
  expect(attributesOfSpans()).toEqual(onEachOf(13));
});

it("sets it on the spans of calls that code makes at once, at every step of a run that is streamed", async () => {
  const code = `console.log(await Promise.all([search({ query: "a" }), search({ query: "b" }), search({ query: "c" })]))`;
  const agent = coder([writes(code), writes(code), writes("finalAnswer(1)")]);
  await withEverythingSet(async () => agent.stream("Go").result);
  expect(attributesOfSpans()).toEqual(onEachOf(17));
});

it("keeps two runs at the same time apart", async () => {
  const sessions = ["s-1", "s-2"];
  await Promise.all(
    sessions.map(async (sessionId) =>
      context.with(setSession(context.active(), { sessionId }), async () =>
        coder([
          writes(`await Promise.all([search({ query: "${sessionId}" }), search({ query: "${sessionId}" })])`),
          writes(`finalAnswer("${sessionId}")`),
        ]).run("Go"),
      ),
    ),
  );
  const searches = traces.spans().filter(({ name }) => name === "search");
  expect(searches.length).toBe(4);
  expect(searches.map(({ attributes }) => attributes["input.value"])).toEqual(
    searches.map(({ attributes }) => JSON.stringify({ query: attributes["session.id"] })),
  );
});

it("leaves out what is not set any more", async () => {
  await withEverythingSet(async () =>
    context.with(clearSession(context.active()), async () => caller([answers(1)]).run("Go")),
  );
  expect(traces.spans().filter(({ attributes }) => "session.id" in attributes)).toEqual([]);
});

it("keeps it when inputs and outputs are hidden, but for the prompt", async () => {
  instrument(undefined, { traceConfig: { hideInputs: true, hideOutputs: true } });
  await withEverythingSet(async () => caller([answers(1)]).run("Go"));
  const { "llm.prompt_template.template": _template, "llm.prompt_template.variables": _variables, ...kept } = EXPECTED;
  expect(attributesOfSpans()).toEqual(traces.spans().map(() => expect.objectContaining(kept)));
});

it("has no say in the kind of a span, which is what it is", async () => {
  const given = setAttributes(context.active(), { "openinference.span.kind": "GUARDRAIL", "shop.id": 7 });
  await context.with(given, async () => caller([answers(1)]).run("Go"));
  const kinds = traces.spans().map(({ attributes }) => attributes["openinference.span.kind"]);
  expect(new Set(kinds)).toEqual(new Set(["AGENT", "CHAIN", "LLM", "TOOL"]));
  expect(new Set(attributesOfSpans().map((attributes) => Object.keys(attributes)[0]))).toEqual(
    new Set(["openinference.span.kind"]),
  );
});
