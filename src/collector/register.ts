import { createRequire } from "node:module";
import type { Tracer, TracerOptions, TracerProvider } from "@opentelemetry/api";
import type * as ExporterPackage from "@opentelemetry/exporter-trace-otlp-proto";
import type * as SdkPackage from "@opentelemetry/sdk-trace-node";
import { ConfigurationError, toError } from "../errors.ts";
import { type Endpoint, type EndpointOptions, resolveEndpoint, resolveProjectName } from "./endpoint.ts";

/** Holds what `register` can be told; all of it may be left out. */
export interface RegisterOptions extends EndpointOptions {
  /** The project in Phoenix. `PHOENIX_PROJECT`, `PHOENIX_PROJECT_NAME` or "default" if absent. */
  readonly projectName?: string;
  /** More attributes of the resource, e.g. `{ "service.name": "shop" }`; they win over `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES`. */
  readonly resource?: Readonly<Record<string, string | number | boolean>>;
  /** More processors, beside the one that delivers. */
  readonly spanProcessors?: readonly SpanProcessorLike[];
  /** Whether this becomes the global provider of the OpenTelemetry API. True if absent. */
  readonly global?: boolean;
}

/** The span processors of SDK 2 are of this shape; written down so that no public type needs the SDK. */
interface SpanProcessorLike {
  onStart(span: unknown, parentContext: unknown): void;
  onEnd(span: unknown): void;
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

interface TimeLimit {
  /** Milliseconds; 30,000 if absent. */
  readonly timeoutMs?: number;
}

/** A tracer provider that sends its spans to one place. */
export interface Collector extends TracerProvider, AsyncDisposable {
  /** Where the spans go. */
  readonly endpoint: Endpoint;
  readonly projectName: string;
  /** Sends what has ended. Rejects when it could not be sent in time. */
  forceFlush(limit?: TimeLimit): Promise<void>;
  /** Sends what has ended, and stops. Rejects when it could not be sent in time. */
  shutdown(limit?: TimeLimit): Promise<void>;
}

/** OpenTelemetry keeps 128 attributes a span unless told otherwise, and drops the rest without a word: 40 messages fill that. */
const ATTRIBUTE_COUNT_LIMIT = 10_000;
const DEFAULT_TIMEOUT_MS = 30_000;

/**
 * Sets up the way of spans to Phoenix, or any OTLP backend that takes protobuf over HTTP, and gives the tracer provider.
 *
 * Call `shutdown()` before the process ends: batches wait up to 5 seconds.
 * Errors: ConfigurationError for a wrong address, or with the line that installs what is missing.
 */
export function register(options: RegisterOptions = {}): Collector {
  const endpoint = resolveEndpoint(options, process.env);
  const projectName = resolveProjectName(options.projectName, process.env);
  const { BatchSpanProcessor, NodeTracerProvider, OTLPTraceExporter, ...resources } = loadSdk();
  const { defaultResource, detectResources, envDetector, resourceFromAttributes } = resources;
  const provider = new NodeTracerProvider({
    resource: defaultResource()
      .merge(detectResources({ detectors: [envDetector] }))
      .merge(resourceFromAttributes({ "openinference.project.name": projectName, ...options.resource })),
    spanLimits: { attributeCountLimit: ATTRIBUTE_COUNT_LIMIT },
    spanProcessors: [
      ...(options.spanProcessors ?? []),
      new BatchSpanProcessor(new OTLPTraceExporter({ url: endpoint.url, headers: endpoint.headers })),
    ],
  });
  if (options.global ?? true) provider.register();
  const collector: Collector = {
    endpoint,
    projectName,
    getTracer: (name: string, version?: string, tracerOptions?: TracerOptions): Tracer =>
      provider.getTracer(name, version, tracerOptions),
    forceFlush: async (limit) => withinTime(provider.forceFlush(), limit, endpoint),
    shutdown: async (limit) => withinTime(provider.shutdown(), limit, endpoint),
    [Symbol.asyncDispose]: async () => collector.shutdown(),
  };
  return collector;
}

/** Loads the SDK inside the call: whoever does not register does not need it. The resources package is the SDK's own copy. */
function loadSdk() {
  const require = createRequire(import.meta.url);
  try {
    const sdk: typeof SdkPackage = require("@opentelemetry/sdk-trace-node");
    const exporter: typeof ExporterPackage = require("@opentelemetry/exporter-trace-otlp-proto");
    const sdkRequire = createRequire(require.resolve("@opentelemetry/sdk-trace-node"));
    const resources: ResourcesPackage = sdkRequire("@opentelemetry/resources");
    return { ...sdk, ...exporter, ...resources };
  } catch (cause) {
    throw new ConfigurationError(
      "register() needs OpenTelemetry's SDK, and it is not there: npm install @opentelemetry/api@~1.9.1 @opentelemetry/sdk-trace-node@^2.12.0 @opentelemetry/exporter-trace-otlp-proto@~0.223.1",
      { cause },
    );
  }
}

type Resource = NonNullable<NonNullable<ConstructorParameters<typeof SdkPackage.NodeTracerProvider>[0]>["resource"]>;

/** What is used of the resources package. `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` are read by its detector. */
interface ResourcesPackage {
  readonly defaultResource: () => Resource;
  readonly detectResources: (options: { readonly detectors: readonly unknown[] }) => Resource;
  readonly envDetector: unknown;
  readonly resourceFromAttributes: (attributes: Readonly<Record<string, string | number | boolean>>) => Resource;
}

async function withinTime(
  sent: Promise<void>,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: TimeLimit = {},
  { url }: Endpoint,
): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error(`no answer within ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([sent, late]);
  } catch (cause) {
    // The SDK rejects with a list when it was flushing.
    const reasons = [cause].flat().map((reason) => toError(reason).message);
    throw new Error(`Spans could not be sent to ${url}: ${reasons.join("; ")}`, { cause });
  } finally {
    clearTimeout(timer);
  }
}
