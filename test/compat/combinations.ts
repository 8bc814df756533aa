/** One line of OpenTelemetry on one line of Node. */
export interface Combination {
  /** Exact, for all but the line that most people run the suite on. */
  readonly node: string;
  /** The SDK's major version. */
  readonly sdk: 2 | 3;
  /** By name, exact. */
  readonly packages: Readonly<Record<string, string>>;
  readonly setUps: readonly string[];
  /** Set-ups that cannot be, and why. */
  readonly left: Readonly<Record<string, string>>;
}

const EVERYWHERE = [
  "a provider, by hand",
  "global, then instrument()",
  "instrument(), then global",
  "registerInstrumentations",
  "NodeSDK",
  "register() of vitrine",
  "SpoolSpanProcessor",
  "instrumentOpenAI()",
];
const PHOENIX_OTEL = "register() of phoenix-otel";

const SDK_2: Omit<Combination, "node"> = {
  sdk: 2,
  packages: {
    "@opentelemetry/api": "1.9.1",
    "@opentelemetry/exporter-trace-otlp-proto": "0.223.1",
    "@opentelemetry/instrumentation": "0.223.0",
    "@opentelemetry/resources": "2.12.0",
    "@opentelemetry/sdk-node": "0.223.0",
    "@opentelemetry/sdk-trace-node": "2.12.0",
    "@arizeai/phoenix-otel": "2.1.0",
    openai: "6.49.0",
    // As a package of somebody else's may bring it.
    "api-1.10": "npm:@opentelemetry/api@1.10.0",
  },
  setUps: [...EVERYWHERE, PHOENIX_OTEL, "API 1.10 beside the app's 1.9"],
  left: {},
};

const SDK_3: Omit<Combination, "node"> = {
  sdk: 3,
  packages: {
    "@opentelemetry/api": "1.10.0",
    "@opentelemetry/context-async-hooks": "3.1.1",
    "@opentelemetry/exporter-trace-otlp-proto": "0.301.1",
    "@opentelemetry/instrumentation": "0.301.1",
    "@opentelemetry/resources": "3.1.1",
    "@opentelemetry/sdk-node": "0.301.0",
    "@opentelemetry/sdk-trace": "3.1.1",
    // Needs Node 22.
    openai: "7.57.0",
  },
  setUps: EVERYWHERE,
  left: {
    [PHOENIX_OTEL]: "2.1.0 brings SDK 2 and API 1.9 of its own; what it registers cannot be seen through API 1.10",
  },
};

/** What the suite runs. Raise the versions by hand, so that two runs test the same. */
export const COMBINATIONS: readonly Combination[] = [
  { node: "20.20.2", ...SDK_2 },
  { node: "22.23.3", ...SDK_3 },
  { node: "24.21.0", ...SDK_3 },
];
