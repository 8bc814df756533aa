import { diag } from "@opentelemetry/api";

/** One copy of this package that traces. */
export interface PackageCopy {
  readonly version: string;
  /** The URL of its instrumentor. */
  readonly path: string;
}

/** The same for every copy, whatever its version. */
const KEY = Symbol.for("vitrine.instrumentor");

/**
 * Warns if another copy of this package traces as well: each traces its own classes only, so agents of the other are not seen, or are seen elsewhere.
 *
 * `registry`: where copies find one another.
 */
export function warnOfOtherCopy(own: PackageCopy, registry: object = globalThis): void {
  const first: unknown = Reflect.get(registry, KEY);
  if (!isCopy(first)) {
    Reflect.defineProperty(registry, KEY, { value: own, enumerable: false });
    return;
  }
  if (first.path === own.path) return;
  diag.warn(
    `vitrine: two copies are loaded, ${first.version} at ${first.path} and ${own.version} at ${own.path}. Each traces its own agents only: instrument the one that your agents come from, or install one version (npm ls vitrine).`,
  );
}

function isCopy(value: unknown): value is PackageCopy {
  return typeof value === "object" && value !== null && "version" in value && "path" in value;
}
