import { cpSync, rmSync } from "node:fs";
import { join } from "node:path";
import { developmentVersions, install } from "../support/packed.ts";

/** Installs an app: the packages, Vitrine and zod, and the programs. Gives its folder. */
export function installApp(packages: Readonly<Record<string, string>>, tarball: string): string {
  const folder = install("app", { ...developmentVersions(["zod"]), ...packages }, { vitrine: `file:${tarball}` });
  rmSync(join(folder, "programs"), { recursive: true, force: true });
  cpSync(join(import.meta.dirname, "programs"), join(folder, "programs"), { recursive: true });
  return folder;
}

/**
 * Gives the path of a Node binary: the one that runs, if it is of the same major version; else one from npm.
 *
 * Errors: npm's, if it has none for this platform.
 */
export function nodeBinary(version: string): string {
  const { platform, arch, versions, execPath } = process;
  if (versions.node.split(".")[0] === version.split(".")[0]) return execPath;
  const name = `node-${platform === "win32" ? "win" : platform}-${arch}`;
  const folder = join(install("node", { [name]: version }), "node_modules", name, "bin");
  return join(folder, platform === "win32" ? "node.exe" : "node");
}
