import { SCOPE_VERSION } from "../../instrumentors/shared/scope.ts";
import { developmentVersions, install, packVitrine } from "../support/packed.ts";

/** Holds a project of its own, where programs import packages as a stranger's would. */
export interface BenchProject {
  readonly folder: string;
  /** By name, for people to read; this repository is `vitrine`. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * Builds and packs this repository, and installs it beside others into a folder for temporary files, which later runs use again.
 *
 * `others`: versions by name, written down by hand, so that two runs of a bench measure the same thing. `own`: names of packages that this repository
 * develops with, in the versions that it does; zod and @types/node are always there.
 * No package's install scripts run. Errors: those of npm, whose own words are on stderr.
 */
export function installPackages(
  others: Readonly<Record<string, string>> = {},
  own: readonly string[] = [],
): BenchProject {
  const peers = { ...others, ...developmentVersions(["zod", "@types/node", ...own]) };
  const folder = install("bench", peers, { vitrine: `file:${packVitrine()}` });
  return { folder, versions: { ...peers, vitrine: SCOPE_VERSION } };
}
