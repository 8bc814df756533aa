import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { trace } from "@opentelemetry/api";

/** Where all copies of the API, of whatever version, keep what was registered. Source: its `internal/global-utils`. */
const GLOBAL_KEY = Symbol.for("opentelemetry.js.api.1");
let hasWarned = false;

/** Warns once where a provider was registered that this copy of the API, being newer, does not see. */
export function warnOfUnseenProvider(): void {
  const registered = fieldOf(Reflect.get(globalThis, GLOBAL_KEY), "trace");
  if (registered !== undefined && registered !== trace.getTracerProvider()) warnOfOtherApi();
}

/** Warns once that two copies of the API do not work together. Not on `diag`, which is one of the things that are kept apart. */
export function warnOfOtherApi(): void {
  if (hasWarned) return;
  hasWarned = true;
  const theirs = String(fieldOf(Reflect.get(globalThis, GLOBAL_KEY), "version"));
  process.emitWarning(
    `vitrine: what was registered with @opentelemetry/api ${theirs} does not reach the instrumentors, which use ${ownVersion()}: spans are lost, or do not know their parents. Install one version (npm ls @opentelemetry/api).`,
  );
}

function ownVersion(): string {
  try {
    // In the build, two folders below the package.
    const folder = dirname(createRequire(import.meta.url).resolve("@opentelemetry/api"));
    return String(fieldOf(JSON.parse(readFileSync(join(folder, "../../package.json"), "utf8")), "version"));
  } catch {
    return "another version";
  }
}

function fieldOf(value: unknown, name: string): unknown {
  return typeof value === "object" && value !== null ? Reflect.get(value, name) : undefined;
}
