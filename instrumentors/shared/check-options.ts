import { ConfigurationError } from "../../src/errors.ts";
import { FLAGS, type TraceConfigOptions } from "./trace-config.ts";

/** The options of both instrumentors that say what spans hold. */
interface TracingOptions {
  readonly traceConfig?: TraceConfigOptions | undefined;
  readonly semconv?: unknown;
  readonly messages?: unknown;
  readonly maxSpanBytes?: unknown;
}

type Kind = "boolean" | "function" | "number";

const MASKS: ReadonlyMap<string, Kind> = new Map<string, Kind>([
  ...Object.keys(FLAGS).map((name) => [name, "boolean"] as const),
  ["base64ImageMaxLength", "number"],
  ["blobUploader", "function"],
  ["mask", "function"],
]);
const OPTIONS = ["tracerProvider", "traceConfig", "semconv", "messages", "maxSpanBytes", "enabled"];
const CHOICES = { semconv: ["openinference", "gen_ai", "both"], messages: ["budget", "full", "delta"] } as const;

/**
 * Looks at what an instrumentor is told: a mask that is misspelt hides nothing, and nobody would see it.
 *
 * Errors: ConfigurationError for names that are none, and for values of another kind.
 */
export function checkOptions(options: TracingOptions): void {
  for (const name of Object.keys(options)) {
    if (OPTIONS.includes(name)) continue;
    if (MASKS.has(name))
      throw new ConfigurationError(`${name} belongs into traceConfig: { traceConfig: { ${name}: … } }.`);
    throw new ConfigurationError(`"${name}" is no option of an instrumentor. They are: ${OPTIONS.join(", ")}.`);
  }
  checkMasks(options.traceConfig ?? {});
  for (const name of ["semconv", "messages"] as const) {
    const choices: readonly unknown[] = CHOICES[name];
    if (options[name] === undefined || choices.includes(options[name])) continue;
    throw new ConfigurationError(
      `${name} must be one of ${CHOICES[name].join(", ")}, and is ${JSON.stringify(options[name])}.`,
    );
  }
  const { maxSpanBytes: bytes } = options;
  if (bytes === undefined || (typeof bytes === "number" && bytes > 0)) return;
  throw new ConfigurationError(`maxSpanBytes must be a number above 0, and is ${JSON.stringify(bytes)}.`);
}

/** Looks at what shall be a tracer provider. Errors: ConfigurationError for anything else, options in its place above all. */
export function checkProvider(provider: unknown): void {
  if (provider === undefined || (isObject(provider) && typeof provider["getTracer"] === "function")) return;
  throw new ConfigurationError(
    'What is given as tracer provider has no getTracer(). The provider comes first, options second: instrument(register(), { semconv: "both" }); without one of your own, instrument(undefined, { … }).',
  );
}

/** Gives the options that say something: what is undefined is left out. */
export function given<Options extends object>(options: Options): Partial<Options> {
  const told: Partial<Options> = {};
  return Object.assign(told, Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined)));
}

function checkMasks(masks: unknown): void {
  if (!isObject(masks)) throw new ConfigurationError(`traceConfig must be an object, and is ${JSON.stringify(masks)}.`);
  for (const [name, value] of Object.entries(masks)) {
    const kind = MASKS.get(name);
    if (kind === undefined) throw new ConfigurationError(`traceConfig has no "${name}": ${near(name)}`);
    if (value === undefined || typeof value === kind) continue;
    throw new ConfigurationError(
      `traceConfig.${name} must be a ${kind}, and is ${JSON.stringify(value) ?? typeof value}.`,
    );
  }
}

/** The name that is meant, where it is written as Python has it, or is its plural or singular; else all names. */
function near(name: string): string {
  const meant = [...MASKS.keys()].find((known) => stemOf(known) === stemOf(name));
  return meant === undefined ? `it may hold ${[...MASKS.keys()].join(", ")}.` : `it is written ${meant}.`;
}

function stemOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z\d]|s\b/g, "");
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null;
}
