import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");
const HOME = join(tmpdir(), "vitrine-compat");

/** Builds and packs this repository. Gives the tarball's path; its name tells the content, as npm takes an old name for the old content. */
export function packVitrine(): string {
  mkdirSync(HOME, { recursive: true });
  npm(["run", "build"], ROOT);
  const folder = mkdtempSync(join(HOME, "pack-"));
  const [packed]: { filename: string }[] = JSON.parse(
    npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], ROOT),
  );
  const tarball = join(folder, packed?.filename ?? "");
  const path = join(HOME, `vitrine-${hash(readFileSync(tarball))}.tgz`);
  renameSync(tarball, path);
  rmSync(folder, { recursive: true });
  return path;
}

/** Installs an app: the packages, Vitrine and zod, and the programs. Gives its folder, which later runs use again. */
export function installApp(packages: Readonly<Record<string, string>>, tarball: string): string {
  const { devDependencies }: { devDependencies: { zod: string } } = JSON.parse(
    readFileSync(join(ROOT, "package.json"), "utf8"),
  );
  const folder = install("app", { zod: devDependencies.zod, ...packages }, { vitrine: `file:${tarball}` });
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

/** `changing`: what is installed anew into the same folder when it changes. */
function install(
  name: string,
  packages: Readonly<Record<string, string>>,
  changing: Readonly<Record<string, string>> = {},
): string {
  const folder = join(HOME, `${name}-${hash(JSON.stringify(packages))}`);
  mkdirSync(folder, { recursive: true });
  const manifest = JSON.stringify({ private: true, dependencies: { ...packages, ...changing } }, undefined, 2);
  const installed = join(folder, "installed.json");
  if (existsSync(installed) && readFileSync(installed, "utf8") === manifest) return folder;
  rmSync(installed, { force: true });
  writeFileSync(join(folder, "package.json"), manifest);
  // The npm that installs runs on another Node than the one that the packages are for.
  npm(["install", "--ignore-scripts", "--engine-strict=false", "--no-audit", "--no-fund", "--loglevel=error"], folder);
  writeFileSync(installed, manifest);
  return folder;
}

function hash(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 12);
}

function npm(args: readonly string[], cwd: string): string {
  return execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}
