import {
  setAttributes,
  setMetadata,
  setPromptTemplate,
  setSession,
  setTags,
  setUser,
} from "@arizeai/openinference-core";
import { context, type Context } from "@opentelemetry/api";
import { expect, it } from "vitest";
import { answers, calls, writes } from "../support/replies.ts";
import { caller, coder } from "../support/scripted-agents.ts";
import { traceEachTest } from "../support/traces.ts";

const traces = traceEachTest();

it("sets what openinference-core's own functions put into the context on every span, also inside code", async () => {
  const setters: readonly ((active: Context) => Context)[] = [
    (active) => setSession(active, { sessionId: "s-1" }),
    (active) => setUser(active, { userId: "u-1" }),
    (active) => setMetadata(active, { team: "a" }),
    (active) => setTags(active, ["x", "y"]),
    (active) => setPromptTemplate(active, { template: "Ask {q}", variables: { q: "why" }, version: "2" }),
    (active) => setAttributes(active, { "shop.id": 7 }),
  ];
  const active = setters.reduce((ctx, set) => set(ctx), context.active());
  const searcher = caller([calls(["search", { query: "a" }]), answers(1)], "search_agent");
  const manager = coder([writes(`finalAnswer(await search_agent({ task: "Find." }))`)], [searcher]);
  await context.with(active, async () => manager.run("Go"));
  const expected = {
    "session.id": "s-1",
    "user.id": "u-1",
    metadata: '{"team":"a"}',
    "tag.tags": ["x", "y"],
    "llm.prompt_template.template": "Ask {q}",
    "llm.prompt_template.variables": '{"q":"why"}',
    "llm.prompt_template.version": "2",
    "shop.id": 7,
  };
  expect(traces.spans().length).toBe(13);
  expect(traces.spans().map(({ attributes }) => attributes)).toEqual(
    traces.spans().map(() => expect.objectContaining(expected)),
  );
});
