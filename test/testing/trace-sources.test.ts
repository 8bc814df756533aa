import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inspect } from "node:util";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { describe, expect, it, onTestFinished } from "vitest";
import { ConfigurationError, ModelError } from "vitrine";
import { RecordedModel } from "../../src/testing/recorded-model.ts";
import { bodyOf, send, startServer } from "../support/http-server.ts";
import { answers, calls } from "../support/replies.ts";
import { caller } from "../support/scripted-agents.ts";
import { scenarios } from "../support/scenarios.ts";
import { traceEachTest } from "../support/traces.ts";
import { llmSpan, otlpJson, spanLines } from "./spans.ts";

const trace = traceEachTest();

const ASKED = { "input_messages.0.message.role": "user", "input_messages.0.message.content": "a" };
const SAID = { "output_messages.0.message.role": "assistant", "output_messages.0.message.content": "b" };

async function fileOf(text: string): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "vitrine-trace-"));
  onTestFinished(async () => rm(folder, { recursive: true }));
  await writeFile(join(folder, "trace.json"), text);
  return join(folder, "trace.json");
}

/** Traces runs with an error, an image, calls at once, and a recovered failure. */
async function someSpans(): Promise<ReadableSpan[]> {
  for (const { name, script, run } of scenarios) {
    if (/images|ids|fails for good/.test(name)) await run(script()).catch(() => {});
  }
  return trace.spans();
}

describe("a trace in a file", () => {
  it.each<[string, (spans: readonly ReadableSpan[]) => string]>([
    ["OTLP as JSON", otlpJson],
    [
      "OTLP as JSON, a line a request, as a Collector writes it",
      (spans) => `${otlpJson(spans.slice(0, 3))}\n${otlpJson(spans.slice(3))}\n`,
    ],
    ["spans as JSON, a line each", spanLines],
    [
      "spans as a JSON array",
      (spans) =>
        JSON.stringify(
          spanLines(spans)
            .trim()
            .split("\n")
            .map((line) => JSON.parse(line)),
        ),
    ],
    ["lines, the last still being written", (spans) => `${spanLines(spans)}{"name":"x","attr`],
  ])("gives what its spans give, from %s", async (_form, write) => {
    const spans = await someSpans();
    const [fromFile, fromSpans] = [
      await RecordedModel.fromTrace(await fileOf(write(spans))),
      await RecordedModel.fromTrace(spans),
    ];
    expect(fromSpans.calls.length).toBeGreaterThan(7);
    expect([fromFile.calls, fromFile.task]).toEqual([fromSpans.calls, fromSpans.task]);
  });

  it("that is none is named, with the line", async () => {
    const file = await fileOf('{"name":"a","attributes":{}}\nnonsense\n{"name":"b","attributes":{}}\n');
    await expect(RecordedModel.fromTrace(file)).rejects.toThrow(`Line 2 of ${file} is no JSON.`);
    await expect(RecordedModel.fromTrace(`${file}.not`)).rejects.toThrow(/trace\.json\.not cannot be read: ENOENT/);
  });
});

describe("a trace", () => {
  it("tells what the run was asked, and how each call went", async () => {
    await caller([calls(["search", { query: "x" }]), answers(1)]).run("Find x");
    const { task, calls: made, modelId } = await RecordedModel.fromTrace(trace.spans());
    expect([task, modelId, made.map(({ output }) => output?.finishReason)]).toEqual([
      "Find x",
      "scripted",
      ["tool_calls", "tool_calls"],
    ]);
  });

  it("has the failure of a model call, as the ModelError that it was", async () => {
    await caller([new Error("out of order: 7")])
      .run("Go")
      .catch(() => {});
    const recorded = await RecordedModel.fromTrace(trace.spans());
    const failure: unknown = await recorded
      .generate(recorded.calls[0]?.request ?? { messages: [] })
      .catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(ModelError);
    expect(failure).toHaveProperty("message", 'The call to model "scripted" failed: out of order: 7');
  });

  it("has all that is known of the tokens of a call, and the HTTP status of one that failed", async () => {
    const tokens = {
      "token_count.prompt": 9,
      "token_count.completion": 8,
      "token_count.total": 17,
      "token_count.prompt_details.cache_read": 7,
      "token_count.prompt_details.audio": 6,
      "token_count.completion_details.reasoning": 5,
      "token_count.completion_details.audio": 4,
      "cost.total": 0.5,
    };
    const failed = llmSpan(ASKED, { status: { code: 2, message: "ModelError: Not now." } });
    const withStatus = { ...failed, attributes: { ...failed.attributes, "http.response.status_code": 429 } };
    const { calls: made } = await RecordedModel.fromTrace([llmSpan({ ...ASKED, ...SAID, ...tokens }), withStatus]);
    expect([made[0]?.output?.usage, made[1]?.error]).toEqual([
      {
        inputTokens: 9,
        outputTokens: 8,
        totalTokens: 17,
        cachedTokens: 7,
        audioInputTokens: 6,
        reasoningTokens: 5,
        audioOutputTokens: 4,
        costUsd: 0.5,
      },
      { type: "ModelError", message: "Not now.", status: 429 },
    ]);
  });

  it("is read in the order of the spans' starts, whatever the order in which they come", async () => {
    const later = llmSpan(
      { ...ASKED, ...SAID, model_name: "later" },
      { startTime: "2026-11-22T23:40:59.837279+00:00" },
    );
    const sooner = llmSpan(
      { ...ASKED, ...SAID, model_name: "sooner" },
      { startTime: "2026-11-22T23:40:59.837278+00:00" },
    );
    const { calls: made } = await RecordedModel.fromTrace([later, sooner]);
    expect(made.map(({ modelId }) => modelId)).toEqual(["sooner", "later"]);
  });

  it("counts a call once, though a client's own instrumentor traced it below", async () => {
    const outer = llmSpan({ ...ASKED, ...SAID }, { spanId: "1" });
    const inner = llmSpan({ ...ASKED, ...SAID }, { spanId: "2", parentId: "1" });
    expect((await RecordedModel.fromTrace([outer, inner])).calls).toHaveLength(1);
  });

  it.each<[string, readonly ReturnType<typeof llmSpan>[], string]>([
    [
      "no LLM span",
      [{ name: "x", attributes: {} } as const].map((span) => ({ ...llmSpan({}), ...span })),
      "There is no LLM span among the 1 spans of the trace",
    ],
    [
      "no messages",
      [llmSpan({ model_name: "m" })],
      "The 1 LLM spans of the trace hold no messages: masks have hidden them.",
    ],
    [
      "no input messages",
      [llmSpan(SAID, { attributes: { ...llmSpan(SAID).attributes, "input.value": "a" } })],
      'What "Some.generate" (span 1) was asked is not in the trace',
    ],
    ["no answer", [llmSpan(ASKED)], 'The answer of "Some.generate" (span 1) is not in the trace'],
    [
      "a hidden answer",
      [llmSpan({ ...ASKED, ...SAID, "output_messages.0.message.content": "__REDACTED__" })],
      'The answer of "Some.generate" (span 1) is not in the trace',
    ],
  ])("that holds %s cannot be run again, and says so", async (_what, spans, text) => {
    const given = spans.map((span) => ({ ...span, spanId: "1" }));
    await expect(RecordedModel.fromTrace(given)).rejects.toThrow(text);
    await expect(RecordedModel.fromTrace(given)).rejects.toBeInstanceOf(ConfigurationError);
  });
});

const ID = "0123456789abcdef0123456789abcdef";

describe("a trace in Phoenix", () => {
  it("is asked for page by page, with the key", async () => {
    const asked: unknown[] = [];
    const phoenix = await startServer(async (response, request) => {
      const body: unknown = JSON.parse((await bodyOf(request)).toString());
      asked.push([request.url, request.headers.authorization, body]);
      const [hasNextPage, endCursor] = asked.length === 1 ? [true, "next"] : [false, null];
      const node = {
        ...llmSpan({ ...ASKED, ...SAID }),
        attributes: JSON.stringify(llmSpan({ ...ASKED, ...SAID }).attributes),
      };
      const spans = { pageInfo: { hasNextPage, endCursor }, edges: [{ node }] };
      send(response, { type: "application/json", body: JSON.stringify({ data: { trace: { spans } } }) });
    });
    const recorded = await RecordedModel.fromTrace({ phoenix, traceId: ID, apiKey: "k\n" });
    expect(recorded.calls).toHaveLength(2);
    expect(asked).toMatchObject([
      ["/graphql", "Bearer k", { variables: { id: ID, after: null } }],
      ["/graphql", "Bearer k", { variables: { id: ID, after: "next" } }],
    ]);
  });

  it.each([
    [401, "Invalid token", "it answered 401: Invalid token"],
    [
      200,
      '{"data":null,"errors":[{"message":"no such field"}]}',
      'it answered {"data":null,"errors":[{"message":"no such field"}]}',
    ],
    [200, '{"data":{"trace":null}}', `has no trace ${ID}`],
  ])("is told of with what Phoenix answered instead: %i %s", async (status, body, text) => {
    const phoenix = await startServer((response) => send(response, { status, body }));
    await expect(RecordedModel.fromTrace({ phoenix, traceId: ID })).rejects.toThrow(text);
  });

  it("is told of with an address that is none", async () => {
    await expect(RecordedModel.fromTrace({ phoenix: "localhost:6006", traceId: ID })).rejects.toThrow(
      `Trace ${ID} cannot be read from the Phoenix at localhost:6006: that is no address of the web: one begins with http:// or https://`,
    );
  });

  it("is found by an address as spans are sent to, and by an id in capitals", async () => {
    const asked: unknown[] = [];
    const server = await startServer(async (response, request) => {
      const { variables } = JSON.parse((await bodyOf(request)).toString());
      asked.push([request.url, request.headers.authorization, variables.id]);
      send(response, { body: '{"data":{"trace":null}}' });
    });
    const phoenix = `${server.replace("//", "//us%40er:s3cret@")}/below/v1/traces/?api_key=s3cret#s3cret`;
    const reading = RecordedModel.fromTrace({ phoenix, traceId: ID.toUpperCase(), apiKey: "" });
    await expect(reading).rejects.toThrow(`The Phoenix at ${server}/below has no trace ${ID}.`);
    expect(asked).toEqual([["/below/graphql", `Basic ${btoa("us@er:s3cret")}`, ID]]);
  });

  it.each<[Record<string, unknown> | undefined, string]>([
    [undefined, "fromTrace() was given undefined. It takes finished spans, the path of a file, or { phoenix:"],
    [{ phoenx: "http://h", traceId: ID }, 'fromTrace() knows no option "phoenx". It takes'],
    [{ phoenix: "http://h", traceID: ID }, 'fromTrace() knows no option "traceID". It takes'],
    [{ traceId: ID }, "fromTrace() needs phoenix, the address"],
    [{ phoenix: "http://h" }, "fromTrace() needs traceId, the id"],
    [{ phoenix: "http://h", traceId: "abc" }, 'needs a traceId of 32 hexadecimal digits, and was given "abc"'],
    [{ phoenix: "http://h", traceId: ID, apiKey: 7 }, "fromTrace() needs an apiKey that is a string"],
    [{ phoenix: "http://h", traceId: ID, apiKey: "s3\ncret" }, "the API key holds a character"],
    [{ phoenix: "http://u:s3%cret@h", traceId: ID }, "at http://h: user or password hold a %"],
    [{ phoenix: "u:s3cret@h:1?k=s3cret", traceId: ID }, "at …@h:1: that is no address of the web"],
    [{ phoenix: "http://u:s3cret@127.0.0.1:1?k=s3cret", traceId: ID }, "at http://127.0.0.1:1: fetch failed"],
  ])("is refused where the source is %j", async (source, text) => {
    // @ts-expect-error: programs without types may give anything.
    const thrown: unknown = await RecordedModel.fromTrace(source).catch((error: unknown) => error);
    expect(thrown).toBeInstanceOf(ConfigurationError);
    expect(String(thrown)).toContain(text);
    expect(inspect(thrown)).not.toMatch(/s3.{0,2}cret/);
  });
});
