import type { Tracer, TracerOptions, TracerProvider } from "@opentelemetry/api";
import { checkOptions, hasMethods, isPlainObject, listOf, NAME, type Rule, SWITCH } from "./check-options.ts";
import { resolveProjectName } from "./endpoint.ts";
import { loadSdk } from "./load-sdk.ts";
import type { TimeLimit } from "./outbox.ts";
import {
  type DestinationFacts,
  PROCESSOR_RULES,
  SpoolSpanProcessor,
  type SpoolSpanProcessorOptions,
} from "./spool-span-processor.ts";
import type { CollectorStats } from "./stats.ts";

/** Holds what `register` can be told; all of it may be left out. */
export interface RegisterOptions extends SpoolSpanProcessorOptions {
  /** The project in Phoenix. `PHOENIX_PROJECT`, `PHOENIX_PROJECT_NAME` or "default" if absent. */
  readonly projectName?: string | undefined;
  /** More attributes of the resource, e.g. `{ "service.name": "shop" }`; they win over `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`. */
  readonly resource?: Readonly<Record<string, string | number | boolean>> | undefined;
  /** More processors, which come before the one that delivers. */
  readonly spanProcessors?: readonly SpanProcessorLike[] | undefined;
  /** A sampler of the SDK's; what `OTEL_TRACES_SAMPLER` says if absent, else every trace is taken. */
  readonly sampler?: SamplerLike | undefined;
  /** Are given this provider, and switched on: an `AgentInstrumentor`, or instrumentations of OpenTelemetry's. */
  readonly instrumentations?: readonly InstrumentationLike[] | undefined;
  /** Whether this becomes the global provider of the OpenTelemetry API. True if absent. */
  readonly global?: boolean | undefined;
}

/** What the SDK calls so is of this shape; written down so that no public type needs the SDK. */
interface SpanProcessorLike {
  onStart(span: unknown, parentContext: unknown): void;
  onEnd(span: unknown): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

interface SamplerLike {
  shouldSample(...about: never[]): unknown;
  toString(): string;
}

interface InstrumentationLike {
  setTracerProvider(provider: TracerProvider): void;
  enable(): void;
}

/** A tracer provider that delivers its spans. */
export interface Collector extends TracerProvider, AsyncDisposable {
  /** Where the spans go: the first place, if there are several. */
  readonly endpoint: DestinationFacts;
  readonly projectName: string;
  /** Sends what has ended. Rejects when it was not taken in time (30 seconds), and says why, and where it waits. */
  forceFlush(limit?: TimeLimit): Promise<void>;
  /** Sends what can be sent in time (2 seconds), says on stderr where the rest waits, and stops. */
  shutdown(limit?: TimeLimit): Promise<void>;
  /** Counts what became of the spans. */
  stats(): CollectorStats;
}

/** OpenTelemetry keeps 128 attributes a span unless told otherwise, and drops the rest without a word: 40 messages fill that. */
const ATTRIBUTE_COUNT_LIMIT = 10_000;

const RULES = {
  ...PROCESSOR_RULES,
  projectName: NAME,
  resource: {
    holds: (value) => isPlainObject(value) && !hasMethods(value, ["merge"]),
    wants: 'an object of attributes such as { "service.name": "shop" }',
  },
  spanProcessors: listOf(
    ["onStart", "onEnd", "forceFlush", "shutdown"],
    "a list of span processors (wrap an exporter in SimpleSpanProcessor or BatchSpanProcessor)",
  ),
  sampler: { holds: (value) => hasMethods(value, ["shouldSample"]), wants: "a sampler, with a method shouldSample" },
  instrumentations: listOf(
    ["setTracerProvider", "enable"],
    "a list of instrumentations, such as [new AgentInstrumentor()]",
  ),
  global: SWITCH,
} satisfies Readonly<Record<keyof RegisterOptions, Rule>>;

/**
 * Sets up the way of spans to Phoenix, or any OTLP backend that takes protobuf over HTTP, and gives the tracer provider.
 *
 * Works with version 2 and version 3 of OpenTelemetry's SDK, whichever is installed. A span that ended is delivered, once or more, by this process
 * or the next one.
 * Errors: ConfigurationError for a wrong address, for an option that is not known or is of another kind, or with the line that installs what is
 * missing.
 */
export function register(options: RegisterOptions = {}): Collector {
  checkOptions(options, RULES, { name: "register()", isTop: true });
  const {
    projectName: project,
    resource,
    spanProcessors: others = [],
    sampler,
    instrumentations,
    global,
    ...way
  } = options;
  const projectName = resolveProjectName(project, process.env);
  const { createProvider, resources } = loadSdk();
  const { defaultResource, detectResources, envDetector, resourceFromAttributes } = resources;
  const processor = new SpoolSpanProcessor(way);
  const provider = createProvider({
    resource: defaultResource()
      .merge(detectResources({ detectors: [envDetector] }))
      .merge(resourceFromAttributes({ "openinference.project.name": projectName, ...resource })),
    spanLimits: { attributeCountLimit: ATTRIBUTE_COUNT_LIMIT },
    spanProcessors: [...others, processor],
    ...(sampler === undefined ? {} : { sampler }),
  });
  if (global ?? true) provider.makeGlobal();
  for (const instrumentation of instrumentations ?? []) {
    instrumentation.setTracerProvider(provider);
    instrumentation.enable();
  }
  const collector: Collector = {
    endpoint: processor.endpoint,
    projectName,
    getTracer: (name: string, version?: string, tracerOptions?: TracerOptions): Tracer =>
      provider.getTracer(name, version, tracerOptions),
    forceFlush: async (limit) => {
      await Promise.all([...others.map(async (other) => other.forceFlush()), processor.forceFlush(limit)]);
    },
    shutdown: async (limit) => {
      // First, within the time given; the provider's own shutdown then finds nothing left to do.
      await processor.shutdown(limit);
      await provider.shutdown();
    },
    stats: () => processor.stats(),
    [Symbol.asyncDispose]: async () => collector.shutdown(),
  };
  return collector;
}
