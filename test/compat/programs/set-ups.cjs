const { makeLimitedSpans } = require("./limited-spans.cjs");
const { compareCalls } = require("./openai-calls.cjs");

/**
 * What a set-up is made of. OTEL_EXPORTER_OTLP_ENDPOINT says where spans go.
 *
 * @typedef {object} Parts
 * @property {Load} load
 * @property {typeof import("vitrine/instrumentors")} instrumentors
 * @property {() => Promise<void>} run Runs the agents once.
 * @property {2 | 3} sdk The SDK's major version.
 *
 * Loads a package in the module system's own way. What is loaded is not installed in the repository, so nothing is known of its types.
 * @typedef {(name: string) => Promise<any>} Load
 */

/**
 * The ways in which people set OpenTelemetry up, by the name that the table shows. Of each one that runs the agents, exactly one trace of one run
 * must come.
 * @type {Readonly<Record<string, (parts: Parts) => Promise<void>>>}
 */
const SET_UPS = {
  "a provider, by hand": async ({ load, instrumentors, run, sdk }) => {
    const { provider } = await makeProvider(load, sdk);
    instrumentors.instrument(provider);
    await run();
    await provider.shutdown();
  },

  "global, then instrument()": async ({ load, instrumentors, run, sdk }) => {
    const { provider, makeGlobal } = await makeProvider(load, sdk);
    await makeGlobal();
    instrumentors.instrument();
    await run();
    await provider.shutdown();
  },

  "instrument(), then global": async ({ load, instrumentors, run, sdk }) => {
    instrumentors.instrument();
    await run(); // Nobody is there yet: no trace.
    const { provider, makeGlobal } = await makeProvider(load, sdk);
    await makeGlobal();
    await run();
    await provider.shutdown();
  },

  registerInstrumentations: async ({ load, instrumentors, run, sdk }) => {
    const { registerInstrumentations } = await load("@opentelemetry/instrumentation");
    const { provider } = await makeProvider(load, sdk);
    const instrumentor = new instrumentors.AgentInstrumentor();
    const unload = registerInstrumentations({ tracerProvider: provider, instrumentations: [instrumentor] });
    await run();
    unload();
    if (instrumentor.isEnabled()) throw new Error("It still traces.");
    await run(); // Unloaded: no trace.
    await provider.shutdown();
  },

  NodeSDK: async ({ load, instrumentors, run }) => {
    const { NodeSDK } = await load("@opentelemetry/sdk-node");
    const sdk = new NodeSDK({ instrumentations: [new instrumentors.AgentInstrumentor()] });
    sdk.start();
    await run();
    await sdk.shutdown();
  },

  "register() of phoenix-otel": async ({ load, instrumentors, run }) => {
    const { register } = await load("@arizeai/phoenix-otel");
    const provider = register({ projectName: "compat", url: process.env["OTEL_EXPORTER_OTLP_ENDPOINT"] });
    instrumentors.instrument(provider);
    await run();
    await provider.shutdown();
  },

  "register() of vitrine": async ({ load, instrumentors, run }) => {
    const { register } = await load("vitrine/collector");
    const collector = register({ projectName: "compat" });
    instrumentors.instrument(collector);
    await run();
    await collector.shutdown();
  },

  SpoolSpanProcessor: makeLimitedSpans,

  "instrumentOpenAI()": async ({ load, instrumentors, sdk }) => {
    const { provider, makeGlobal } = await makeProvider(load, sdk);
    await makeGlobal();
    await compareCalls({ load, instrumentors });
    await provider.shutdown();
  },

  "API 1.10 beside the app's 1.9": async ({ load, instrumentors, run, sdk }) => {
    const { provider, makeGlobal } = await makeProvider(load, sdk);
    await makeGlobal();
    const strangers = await load("api-1.10");
    const span = strangers.trace.getTracer("stranger").startSpan("stranger");
    if (span.isRecording()) throw new Error("API 1.10 sees what 1.9 has registered: this set-up shows nothing.");
    instrumentors.instrument();
    await run();
    await provider.shutdown();
  },
};

/**
 * Makes a provider of the SDK that sends what has ended; nothing of it is global yet.
 * @param {Load} load
 * @param {2 | 3} sdk
 */
async function makeProvider(load, sdk) {
  const { OTLPTraceExporter } = await load("@opentelemetry/exporter-trace-otlp-proto");
  const exporter = new OTLPTraceExporter();
  if (sdk === 2) {
    const { BatchSpanProcessor, NodeTracerProvider } = await load("@opentelemetry/sdk-trace-node");
    const provider = new NodeTracerProvider({ spanProcessors: [new BatchSpanProcessor(exporter)] });
    return { provider, makeGlobal: async () => provider.register() };
  }
  const { BatchSpanProcessor, TracerProvider } = await load("@opentelemetry/sdk-trace");
  const provider = new TracerProvider({ spanProcessors: [new BatchSpanProcessor({ exporter })] });
  const makeGlobal = async () => {
    const { AsyncLocalStorageContextManager } = await load("@opentelemetry/context-async-hooks");
    const { context, trace } = await load("@opentelemetry/api");
    context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
    trace.setGlobalTracerProvider(provider);
  };
  return { provider, makeGlobal };
}

module.exports = { SET_UPS };
