import {
  setAttributes,
  setMetadata,
  setPromptTemplate,
  setSession,
  setTags,
  setUser,
} from "@arizeai/openinference-core";
import { context, type Context } from "@opentelemetry/api";
import { describe, expect, it } from "vitest";
import { answerBoth, sendJson } from "../models/openai-server.ts";
import { target } from "./provider-of-its-own.ts";
import { ASK, chatFixture, readAll, startClient, traceOpenAI } from "./traced-client.ts";

const traces = traceOpenAI();
const answer = answerBoth(chatFixture("text"));

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

describe("what openinference-core's functions put into the context is on the span of", () => {
  it("a call, whole or failed", async () => {
    const { client } = await startClient(answer);
    const refusing = await startClient((response) => sendJson(response, {}, { status: 400 }));

    await withEverythingSet(async () => client.chat.completions.create(ASK));
    await withEverythingSet(async () => refusing.client.responses.create({ input: "Go" }).catch(() => {}));

    const [whole, failed] = traces.spans().map(({ attributes }) => attributes);
    expect(whole).toMatchObject(EXPECTED);
    expect(failed).toMatchObject(EXPECTED);
  });

  it("a stream that is read elsewhere", async () => {
    const { client } = await startClient(answer);

    const stream = await withEverythingSet(async () => client.chat.completions.create({ ...ASK, stream: true }));
    await readAll(stream);

    expect(traces.span("ChatCompletion").attributes).toMatchObject(EXPECTED);
  });

  it("a call in the words of GenAI, where the session is a conversation, too", async () => {
    const { client } = await startClient(answer);
    const { spans } = target({ semconv: "gen_ai" });

    await withEverythingSet(async () => client.chat.completions.create(ASK));

    expect(spans()[0]?.attributes).toMatchObject({ ...EXPECTED, "gen_ai.conversation.id": "s-1" });
  });
});
