import { diag } from "@opentelemetry/api";
import { OWN_COPY, type PackageCopy, watchCopies } from "../../src/agents/package-copy.ts";

/** Where to warn of other copies, and which one is not another. */
interface WatchOptions {
  readonly own?: PackageCopy;
  /** Where copies find one another. */
  readonly registry?: object;
  readonly isTracing: () => boolean;
}

/**
 * Warns once of each other copy of this package whose agents run while this one traces: each instrumentor traces its own classes only, so those are not
 * seen, or are seen elsewhere.
 *
 * Call it once; what it gives, whenever tracing is switched on.
 */
export function watchOtherCopies({ own = OWN_COPY, registry = globalThis, isTracing }: WatchOptions): () => void {
  const untold = new Map<string, PackageCopy>();
  const told = new Set([own.url]);
  const tell = (): void => {
    if (!isTracing()) return;
    for (const { version, url } of untold.values()) {
      told.add(url);
      diag.warn(
        `vitrine: agents of another copy of the package run, and are not traced by this one: ${version} at ${url}, beside ${own.version} at ${own.url}. Install one version (npm ls vitrine), or call instrument() of the copy that the agents come from.`,
      );
    }
    untold.clear();
  };
  watchCopies((copy) => {
    if (!told.has(copy.url)) untold.set(copy.url, copy);
    tell();
  }, registry);
  return tell;
}
