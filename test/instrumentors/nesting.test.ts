import { get } from "node:http";
import { context, SpanKind, trace } from "@opentelemetry/api";
import { Model, type ModelOutput, OpenAIModel, tool, ToolCallingAgent } from "vitrine";
import { ScriptedModel, spanTree } from "vitrine/testing";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { send, startServer } from "../support/http-server.ts";
import { answers, calls, writes } from "../support/replies.ts";
import { caller, coder, search } from "../support/scripted-agents.ts";
import { traceEachTest } from "../support/traces.ts";

const traces = traceEachTest();
/** Asked for anew: the provider is another one in each test. */
const userTracer = () => trace.getTracer("user");

/** Gets a page, inside a span of the program's own, as an instrumentation of `http` does. */
async function getTraced(url: string): Promise<string> {
  return userTracer().startActiveSpan("GET", { kind: SpanKind.CLIENT }, async (span) => {
    const text = await new Promise<string>((resolve, reject) => {
      get(url, (response) => {
        const pieces: string[] = [];
        response.setEncoding("utf8").on("data", (piece: string) => pieces.push(piece));
        response.on("end", () => resolve(pieces.join("")));
      }).on("error", reject);
    });
    span.end();
    return text;
  });
}

/** Does the same with `fetch`. */
async function fetchTraced(...args: Parameters<typeof fetch>): Promise<Response> {
  return userTracer().startActiveSpan("fetch", { kind: SpanKind.CLIENT }, async (span) => {
    const response = await fetch(...args);
    span.end();
    return response;
  });
}

const COMPLETION = JSON.stringify({
  choices: [{ message: { tool_calls: [{ id: "1", function: { name: "final_answer", arguments: '{"answer":1}' } }] } }],
});

/** The names from the root down to the one span of a name. */
function pathTo(name: string): string[] {
  const path: string[] = [];
  const spans = traces.spans();
  for (let span = spans.find((each) => each.name === name); span;) {
    path.unshift(span.name);
    const parentId = span.parentSpanContext?.spanId;
    span = spans.find((each) => each.spanContext().spanId === parentId);
  }
  return path;
}

const activeName = (): unknown => Object.entries(trace.getActiveSpan() ?? {}).find(([key]) => key === "name")?.[1];

describe("spans of the program's own", () => {
  it("that an HTTP client makes in a tool nest under its TOOL span", async () => {
    const url = await startServer((response) => send(response, { body: "a page" }));
    const read = tool({
      name: "read",
      description: "Reads.",
      inputSchema: z.object({}),
      execute: async () => getTraced(url),
    });
    const model = new ScriptedModel([calls(["read", {}]), answers(1)]);
    await new ToolCallingAgent({ model, tools: [read], console: false }).run("Go");
    expect(pathTo("GET")).toEqual(["ToolCallingAgent.run", "Step 1", "read", "GET"]);
  });

  it("that an HTTP client makes in a Model of the program's own nest under its LLM span", async () => {
    const url = await startServer((response) => send(response, { body: "42" }));
    class Remote extends Model {
      readonly modelId = "remote";
      protected override async doGenerate(): Promise<ModelOutput> {
        const toolCalls = [{ id: "1", name: "final_answer", arguments: { answer: await getTraced(url) } }];
        return { message: { role: "assistant", content: "", toolCalls } };
      }
    }
    await new ToolCallingAgent({ model: new Remote(), console: false }).run("Go");
    expect(pathTo("GET")).toEqual(["ToolCallingAgent.run", "Step 1", "Remote.generate", "GET"]);
  });

  it("that the client of an OpenAIModel makes nest under its LLM span", async () => {
    const url = await startServer((response) => send(response, { type: "application/json", body: COMPLETION }));
    const { OpenAI } = await import("openai");
    const client = new OpenAI({ apiKey: "none", baseURL: `${url}/v1`, fetch: fetchTraced });
    await new ToolCallingAgent({ model: new OpenAIModel({ modelId: "m", client }), console: false }).run("Go");
    expect(pathTo("fetch")).toEqual(["ToolCallingAgent.run", "Step 1", "OpenAIModel.generate", "fetch"]);
  });

  it("that a tool makes when code calls it nest under its TOOL span, calls at once too", async () => {
    const url = await startServer((response, { url: path = "" }) => send(response, { body: path }));
    const read = tool({
      name: "read",
      description: "Reads.",
      inputSchema: z.object({ path: z.string() }),
      execute: async ({ path }) => getTraced(url + path),
    });
    const code = `finalAnswer(await Promise.all(["/a", "/b", "/c"].map((path) => read({ path }))))`;
    const agent = coder([writes(code)]);
    Object.assign(agent, { tools: [...agent.tools, read] });
    expect((await agent.run("Go")).output).toEqual(["/a", "/b", "/c"]);
    const reads = traces.spans().filter(({ name }) => name === "read");
    const parents = traces.spans().flatMap((span) => (span.name === "GET" ? [span.parentSpanContext?.spanId] : []));
    expect(new Set(parents)).toEqual(new Set(reads.map((span) => span.spanContext().spanId)));
    expect(parents.length).toBe(3);
  });

  it("around a run are the parents of it, and of nothing that comes after", async () => {
    await userTracer().startActiveSpan("request", async (span) => {
      await caller([answers(1)]).stream("Go").result;
      span.end();
    });
    await caller([answers(1)], "later").run("Go");
    expect(pathTo("ToolCallingAgent.run")).toEqual(["request", "ToolCallingAgent.run"]);
    expect(pathTo("later.run")).toEqual(["later.run"]);
  });

  it("around a call of a model or of a tool alone are the parents of that", async () => {
    await userTracer().startActiveSpan("request", async (span) => {
      await new ScriptedModel(["Hi."]).generate({ messages: [] });
      await search.call({ query: "a" });
      span.end();
    });
    expect([pathTo("ScriptedModel.generate"), pathTo("search")]).toEqual([
      ["request", "ScriptedModel.generate"],
      ["request", "search"],
    ]);
  });
});

describe("who reads a stream", () => {
  it("never has a span of ours active: neither in the loop, nor when it ends, nor after it", async () => {
    const seen: unknown[] = [];
    const stream = coder([writes(`await search({ query: "a" })`), writes("finalAnswer(1)")]).stream("Go");
    for await (const { type } of stream) {
      seen.push(activeName());
      await new Promise((resolve) => setImmediate(resolve));
      if (type === "final") seen.push(activeName());
    }
    await stream.result.then(() => seen.push(activeName()));
    seen.push(activeName());
    expect(seen.length).toBeGreaterThan(8);
    expect(new Set(seen)).toEqual(new Set([undefined]));
  });

  it("has its own span active all the time, and spans of its own are no part of the run", async () => {
    const seen: unknown[] = [];
    await userTracer().startActiveSpan("reader", async (span) => {
      for await (const { type } of caller([calls(["search", { query: "a" }]), answers(1)]).stream("Go")) {
        seen.push(activeName());
        if (type === "step-end") userTracer().startSpan("render").end();
      }
      span.end();
    });
    expect(new Set(seen)).toEqual(new Set(["reader"]));
    const reader = traces.span("reader").spanContext().spanId;
    const renders = traces.spans().filter(({ name }) => name === "render");
    expect(renders.map((span) => span.parentSpanContext?.spanId)).toEqual([reader, reader]);
  });

  it("has no span of ours active where it leaves the loop", async () => {
    for await (const { type } of caller([async () => new Promise<string>(() => {})]).stream("Go"))
      if (type === "step-start") break;
    expect(activeName()).toBeUndefined();
  });
});

describe("managed agents at once", () => {
  it("called natively hang each under its own TOOL span, and their own calls under them", async () => {
    const helpers = ["north", "south", "east"].map((name) =>
      caller([calls(["search", { query: name }]), answers(name)], name),
    );
    const asked = helpers.map(({ name = "" }) => [name, { task: `Ask ${name}.` }] as const);
    const model = new ScriptedModel([calls(...asked), answers(1)]);
    await new ToolCallingAgent({ model, managedAgents: helpers, console: false }).run("Go");
    for (const { name = "" } of helpers) expect(queriesBelow(name)).toEqual([JSON.stringify({ query: name })]);
    expect(
      spanTree(traces.spans())
        .split("\n")
        .filter((line) => /\.run /.test(line)).length,
    ).toBe(4);
  });

  it("called by code hang each under its own TOOL span, and their own calls under them", async () => {
    const helpers = ["north", "south", "east"].map((name) =>
      caller([calls(["search", { query: name }]), answers(name)], name),
    );
    const called = helpers.map(({ name }) => `${name}({ task: "Ask." })`).join(", ");
    await coder([writes(`finalAnswer(await Promise.all([${called}]))`)], helpers).run("Go");
    for (const { name = "" } of helpers) expect(queriesBelow(name)).toEqual([JSON.stringify({ query: name })]);
  });
});

/** What the searches below the run of an agent were asked. */
function queriesBelow(agentName: string): unknown[] {
  const spans = traces.spans();
  const isBelow = (span: (typeof spans)[number]): boolean => {
    const parent = spans.find((each) => each.spanContext().spanId === span.parentSpanContext?.spanId);
    return parent !== undefined && (parent.name === `${agentName}.run` || isBelow(parent));
  };
  const run = spans.find(({ name }) => name === `${agentName}.run`);
  const above = spans.find((each) => each.spanContext().spanId === run?.parentSpanContext?.spanId);
  expect([above?.name, above?.attributes["openinference.span.kind"]]).toEqual([agentName, "TOOL"]);
  return spans.filter((span) => span.name === "search" && isBelow(span)).map((span) => span.attributes["input.value"]);
}

it("leaves the caller's context as it was after a run that failed", async () => {
  await caller([new Error("502")], "failed")
    .run("Go")
    .catch(() => {});
  expect([activeName(), trace.getSpan(context.active())]).toEqual([undefined, undefined]);
  await caller([answers(1)], "next").run("Go");
  expect(pathTo("next.run")).toEqual(["next.run"]);
});
