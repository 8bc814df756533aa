import { createRequire } from "node:module";
import type * as Api from "@opentelemetry/api";
import type { TracerProvider } from "@opentelemetry/api";
import { ConfigurationError } from "../errors.ts";

/** The part of OpenTelemetry's SDK that `register` uses: alike in versions 2 and 3. */
export interface Sdk {
  readonly createProvider: (config: ProviderConfig) => SdkProvider & Globally;
  readonly resources: ResourcesPackage;
}

/** What a provider is told. Opaque where only the SDK looks at it, so that no public type needs the SDK. */
interface ProviderConfig {
  readonly resource: Resource;
  readonly spanLimits: { readonly attributeCountLimit: number };
  readonly spanProcessors: readonly unknown[];
  readonly sampler?: unknown;
}

/** A resource of the SDK's. */
interface Resource {
  merge(other: Resource): Resource;
}

/** A provider of either version. */
interface SdkProvider extends TracerProvider {
  forceFlush(): Promise<void>;
  shutdown(): Promise<void>;
}

/** Can become the provider that everybody uses, with the context and the headers that go from process to process. */
interface Globally {
  readonly makeGlobal: () => void;
}

/** What is used of the resources package. `OTEL_SERVICE_NAME` and `OTEL_RESOURCE_ATTRIBUTES` are read by its detector. */
interface ResourcesPackage {
  readonly defaultResource: () => Resource;
  readonly detectResources: (options: { readonly detectors: readonly unknown[] }) => Resource;
  readonly envDetector: unknown;
  readonly resourceFromAttributes: (attributes: Readonly<Record<string, string | number | boolean>>) => Resource;
}

const require = createRequire(import.meta.url);

/**
 * Loads the SDK that is installed: version 2 (`@opentelemetry/sdk-trace-node`), else version 3 (`@opentelemetry/sdk-trace`).
 *
 * Inside the call, since who does not register does not need it; its packages in the SDK's own copies.
 * Errors: ConfigurationError with the line that installs what is missing.
 */
export function loadSdk(): Sdk {
  try {
    return has("@opentelemetry/sdk-trace-node") ? loadSdk2() : loadSdk3();
  } catch (cause) {
    throw new ConfigurationError(
      "register() needs OpenTelemetry's SDK, and it is not there: npm install @opentelemetry/api@~1.9.1 @opentelemetry/sdk-trace-node@^2.12.0",
      { cause },
    );
  }
}

function loadSdk2(): Sdk {
  const { NodeTracerProvider }: Sdk2Package = require("@opentelemetry/sdk-trace-node");
  const fromSdk = createRequire(require.resolve("@opentelemetry/sdk-trace-node"));
  return {
    createProvider: (config) => {
      const provider = new NodeTracerProvider(config);
      return Object.assign(provider, { makeGlobal: () => provider.register() });
    },
    resources: fromSdk("@opentelemetry/resources"),
  };
}

function loadSdk3(): Sdk {
  const { TracerProvider: Provider }: Sdk3Package = require("@opentelemetry/sdk-trace");
  const fromSdk = createRequire(require.resolve("@opentelemetry/sdk-trace"));
  return {
    createProvider: (config) => {
      const provider = new Provider(config);
      return Object.assign(provider, { makeGlobal: () => makeGlobal3(provider, fromSdk("@opentelemetry/core")) });
    },
    resources: fromSdk("@opentelemetry/resources"),
  };
}

/** What `NodeTracerProvider.register()` did in version 2. Where there is no context manager, `instrument()` sets one. */
function makeGlobal3(provider: SdkProvider, core: CorePackage): void {
  const { context, propagation, trace }: typeof Api = require("@opentelemetry/api");
  trace.setGlobalTracerProvider(provider);
  const propagators = [new core.W3CTraceContextPropagator(), new core.W3CBaggagePropagator()];
  propagation.setGlobalPropagator(new core.CompositePropagator({ propagators }));
  if (!has("@opentelemetry/context-async-hooks")) return;
  const { AsyncLocalStorageContextManager }: ContextPackage = require("@opentelemetry/context-async-hooks");
  context.setGlobalContextManager(new AsyncLocalStorageContextManager().enable());
}

function has(name: string): boolean {
  try {
    require.resolve(name);
    return true;
  } catch {
    return false;
  }
}

interface Sdk2Package {
  readonly NodeTracerProvider: new (config: ProviderConfig) => SdkProvider & { register(): void };
}

interface Sdk3Package {
  readonly TracerProvider: new (config: ProviderConfig) => SdkProvider;
}

interface CorePackage {
  readonly W3CTraceContextPropagator: new () => Api.TextMapPropagator;
  readonly W3CBaggagePropagator: new () => Api.TextMapPropagator;
  readonly CompositePropagator: new (config: {
    readonly propagators: readonly Api.TextMapPropagator[];
  }) => Api.TextMapPropagator;
}

interface ContextPackage {
  readonly AsyncLocalStorageContextManager: new () => Api.ContextManager;
}
