/**
 * The programs that make model calls, traced or not, by file name: plain JavaScript, as in `programs.ts`.
 *
 * `call.mjs` is started once for each subject, is told what to measure, and answers with what it cost. Requests are answered in the process itself: a
 * server's noise would be more than what is looked for.
 */
export const CALL_PROGRAMS: Readonly<Record<string, string>> = {
  // Arguments: { target, by, mode } as JSON; where spans go. Gets { kind, count }, and sends a CallCost.
  "call.mjs": `
    import { context, ROOT_CONTEXT, trace } from "@opentelemetry/api";
    import { suppressTracing } from "@opentelemetry/core";
    import { setUp } from "./tracing.mjs";
    const subject = JSON.parse(process.argv[2]);
    const { flush, observe } = await setUp(subject, process.argv[3]);
    const { KINDS, reads } = await import("./" + subject.target + "-calls.mjs");
    const unsampled = { traceId: "1".repeat(32), spanId: "1".repeat(16), traceFlags: 0 };
    const surroundings = {
      suppressed: () => suppressTracing(ROOT_CONTEXT),
      unsampled: () => trace.setSpanContext(ROOT_CONTEXT, unsampled),
    };
    const active = surroundings[subject.mode]?.();
    const inside = (work) => (active ? context.with(active, work) : work());
    process.on("message", async ({ kind, count }) => {
      const measure = KINDS[kind](count, observe);
      reads.count = 0;
      await inside(async () => {
        const cpu = process.cpuUsage();
        const heap = process.memoryUsage().heapUsed;
        const us = await measure();
        const bytes = process.memoryUsage().heapUsed - heap;
        await flush();
        const { user, system } = process.cpuUsage(cpu);
        process.send({ us, cpuUs: (user + system) / count, heapBytes: bytes / count, reads: reads.count });
      });
    });
    process.send("ready");`,

  // Sets up who traces, and where spans go: peers have OpenTelemetry's own way there, Vitrine has its own.
  "tracing.mjs": `
    import { createRequire } from "node:module";
    import { registerInstrumentations } from "@opentelemetry/instrumentation";
    import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
    import { AlwaysOffSampler, BatchSpanProcessor, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
    const require = createRequire(import.meta.url);
    const stock = (options) => {
      const provider = new NodeTracerProvider(options);
      provider.register();
      return provider;
    };
    const BY = {
      async vitrine({ target }, provider) {
        const { instrument, instrumentOpenAI } = await import("vitrine/instrumentors");
        if (target === "model") return void instrument(provider);
        const { InstantOpenAI } = await import("./openai-calls.mjs");
        for (const each of [require("openai").OpenAI, InstantOpenAI]) instrumentOpenAI(each, provider);
      },
      async arize() {
        const { OpenAIInstrumentation } = await import("@arizeai/openinference-instrumentation-openai");
        new OpenAIInstrumentation().manuallyInstrument(require("openai"));
      },
      async traceloop() {
        const { OpenAIInstrumentation } = await import("@traceloop/instrumentation-openai");
        new OpenAIInstrumentation().manuallyInstrument(require("openai").OpenAI);
      },
      async contrib() {
        const { OpenAIInstrumentation } = await import("@opentelemetry/instrumentation-openai");
        registerInstrumentations({ instrumentations: [new OpenAIInstrumentation({ captureMessageContent: true })] });
      },
      async langfuse() {
        const { observeOpenAI } = await import("@langfuse/openai");
        return observeOpenAI;
      },
      nobody: () => {},
    };
    async function providerOf({ by, mode }, endpoint) {
      if (mode === "no SDK") return undefined;
      // Nothing is sampled, and nothing traced: there is a context manager, as where something is.
      if (mode === "unsampled" || by === "nobody") return mode === "on" ? undefined : stock({ sampler: new AlwaysOffSampler() });
      // Not compressed, as the stock exporter's requests are not.
      if (mode === "spooled") return (await import("vitrine/collector")).register({ endpoint, compression: "none" });
      return stock({ spanProcessors: [new BatchSpanProcessor(new OTLPTraceExporter({ url: endpoint + "/v1/traces" }))] });
    }
    export async function setUp(subject, endpoint) {
      const provider = await providerOf(subject, endpoint);
      const observe = await BY[subject.by](subject, provider);
      return { flush: async () => provider?.forceFlush(), observe: observe ?? ((client) => client) };
    }`,

  // Ten messages of 2 KB, five tools, and a model that answers at once, whole or in 50 pieces.
  "requests.mjs": `
    const TEXT = "What is written here has no meaning, and is as long as it must be. ".repeat(40);
    let made = 0;
    // From bytes, as what is parsed: a text that is a sum of others is put together when it is first read.
    const text = () => Buffer.from((++made + ": " + TEXT).slice(0, 2000)).toString("latin1");
    const turn = () => {
      const id = "call_" + ++made;
      const toolCalls = [{ id, name: "search_0", arguments: { query: "rain", limit: made } }];
      return [{ role: "assistant", content: text(), toolCalls }, { role: "tool", toolCallId: id, toolName: "search_0", content: text() }];
    };
    const start = () => [{ role: "system", content: text() }, { role: "user", content: text() }];
    const fields = { query: { type: "string", description: "What to look for." }, limit: { type: "integer", description: "How many at most." } };
    const inputSchema = { type: "object", properties: fields, required: ["query", "limit"], additionalProperties: false };
    const tools = Array.from({ length: 5 }, (_, index) => ({ name: "search_" + index, description: "Searches place " + index + ".", inputSchema }));
    const newRequest = () => ({ messages: [start(), turn(), turn(), turn(), turn()].flat(), tools });
    /** Each has messages of its own. */
    export const newRequests = (count) => Array.from({ length: count }, newRequest);
    /** Each has eight messages of the one before, the very objects, and two new ones. */
    export const nextRequests = (count) => {
      const known = newRequest().messages.slice(0, 8);
      return Array.from({ length: count }, () => ({ messages: [...known, ...turn()], tools }));
    };
    /** Counts how often the messages of a request are asked for. */
    export const reads = { count: 0 };
    export const watchedRequest = () => {
      const { messages } = newRequest();
      return { model: "gpt-5-mini", tools, get messages() { reads.count += 1; return messages; } };
    };
    const base = { id: "chatcmpl-1", created: 1, model: "gpt-5-mini-2025-08-07" };
    const usage = { prompt_tokens: 5000, completion_tokens: 60, total_tokens: 5060 };
    const message = { role: "assistant", content: TEXT.slice(0, 400), refusal: null };
    export const COMPLETION = { ...base, object: "chat.completion", choices: [{ index: 0, message, finish_reason: "stop" }], usage };
    const piece = (delta, finish_reason = null) => ({ ...base, object: "chat.completion.chunk", choices: [{ index: 0, delta, finish_reason }] });
    const pieces = Array.from({ length: 48 }, (_, index) => piece({ role: "assistant", content: "word " + index + " " }));
    const end = [piece({}, "stop"), { ...base, object: "chat.completion.chunk", choices: [], usage }];
    const bytes = [...pieces, ...end].map((each) => new TextEncoder().encode("data: " + JSON.stringify(each) + "\\n\\n"));
    bytes.push(new TextEncoder().encode("data: [DONE]\\n\\n"));
    const streamed = () => {
      const left = [...bytes].values();
      const pull = (controller) => {
        const { value, done } = left.next();
        if (done) controller.close();
        else controller.enqueue(value);
      };
      return new Response(new ReadableStream({ pull }), { headers: { "content-type": "text/event-stream" } });
    };
    const whole = JSON.stringify(COMPLETION);
    export const settings = { apiKey: "none", baseURL: "http://model.invalid/v1" };
    const { fetch } = globalThis;
    globalThis.fetch = async (url, init) => {
      if (!String(url).startsWith(settings.baseURL)) return fetch(url, init);
      if (init.body.includes('"stream":true')) return streamed();
      return new Response(whole, { headers: { "content-type": "application/json" } });
    };
    /** Makes one call for each request, and gives the median of their times, in microseconds. */
    export const timeEach = (requests, call) => async () => {
      const times = [];
      for (const request of requests) {
        const startedAt = performance.now();
        await call(request);
        times.push((performance.now() - startedAt) * 1000);
      }
      return times.sort((a, b) => a - b)[times.length >> 1];
    };
    /** Makes so many calls that take less than the clock can tell, and gives the median over hundreds of them, in microseconds. */
    export const timeHundreds = (count, call) => async () => {
      const request = watchedRequest();
      const hundred = async () => { for (let i = 0; i < 100; i++) await call(request); };
      return (await timeEach(Array.from({ length: count / 100 }), hundred)()) / 100;
    };`,

  "model-calls.mjs": `
    import { Model, OpenAIModel, tool, ToolCallingAgent } from "vitrine";
    import { ScriptedModel } from "vitrine/testing";
    import { z } from "zod";
    import { newRequests, nextRequests, settings, timeEach, timeHundreds } from "./requests.mjs";
    export { reads } from "./requests.mjs";
    const model = new OpenAIModel({ modelId: "gpt-5-mini", ...settings });
    const output = { message: { role: "assistant", content: "Done.", toolCalls: [] } };
    class InstantModel extends Model {
      modelId = "instant";
      async doGenerate() { return output; }
    }
    const instant = new InstantModel();
    const plain = (request) => model.generate(request);
    /** Within a run, where messages are known again from call to call: in a tool of an agent. */
    const inRun = (measure) => async () => {
      let us;
      const execute = async () => { us = await measure(); return "measured"; };
      const calls = tool({ name: "measure", description: "Makes calls.", inputSchema: z.object({}), execute });
      const scripted = new ScriptedModel([{ toolCalls: [{ name: "measure", arguments: {} }] }, { toolCalls: [{ name: "final_answer", arguments: { answer: "" } }] }]);
      await new ToolCallingAgent({ model: scripted, tools: [calls], console: false }).run("Measure.");
      return us;
    };
    export const KINDS = {
      plain: (count) => timeEach(newRequests(count), plain),
      next: (count) => inRun(timeEach(nextRequests(count), plain)),
      stream: (count) => timeEach(newRequests(count), (request) => model.generate(request, { onDelta() {} })),
      instant: (count) => timeHundreds(count, (request) => instant.generate(request)),
    };`,

  "openai-calls.mjs": `
    import { createRequire } from "node:module";
    import { COMPLETION, newRequests, settings, timeEach, timeHundreds } from "./requests.mjs";
    export { reads } from "./requests.mjs";
    class Completions { create() { return Promise.resolve(COMPLETION); } }
    class Responses { create() { return Promise.resolve({}); } }
    /** Has the shape of OpenAI, and answers by itself. */
    export const InstantOpenAI = { Chat: { Completions }, Responses };
    const instant = new Completions();
    const toWire = ({ role, content, toolCalls, toolCallId }) => ({
      role,
      content,
      ...(toolCalls && { tool_calls: toolCalls.map(({ id, name, arguments: input }) => ({ id, type: "function", function: { name, arguments: JSON.stringify(input) } })) }),
      ...(toolCallId && { tool_call_id: toolCallId }),
    });
    const toBody = ({ messages, tools }) => ({
      model: "gpt-5-mini",
      messages: messages.map(toWire),
      tools: tools.map(({ inputSchema: parameters, ...others }) => ({ type: "function", function: { ...others, parameters } })),
    });
    const bodies = (count) => newRequests(count).map(toBody);
    // Not by an import: the one of contrib sees what is required.
    const clientOf = (observe) => observe(new (createRequire(import.meta.url)("openai").OpenAI)(settings));
    let client;
    export const KINDS = {
      plain: (count, observe) => {
        const { completions } = (client ??= clientOf(observe)).chat;
        return timeEach(bodies(count), (body) => completions.create(body));
      },
      stream: (count, observe) => {
        const { completions } = (client ??= clientOf(observe)).chat;
        const options = { stream: true, stream_options: { include_usage: true } };
        return timeEach(bodies(count), async (body) => {
          for await (const piece of await completions.create({ ...body, ...options })) void piece;
        });
      },
      instant: (count) => timeHundreds(count, (body) => instant.create(body)),
    };`,
};
