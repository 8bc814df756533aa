import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const NPM_MS = 240_000;
const ROOT = resolve(import.meta.dirname, "../..");

/**
 * Builds and packs this repository into a folder for temporary files. Gives the tarball's path; its name tells the content, as npm takes an old
 * name for the old content.
 */
export function packVitrine(): string {
  npm(["run", "build"], ROOT);
  const folder = mkdtempSync(join(tmpdir(), "vitrine-pack-"));
  const [packed]: { filename: string }[] = JSON.parse(
    npm(["pack", "--json", "--ignore-scripts", "--pack-destination", folder], ROOT),
  );
  const tarball = join(folder, packed?.filename ?? "");
  const path = join(tmpdir(), `vitrine-${hash(readFileSync(tarball))}.tgz`);
  renameSync(tarball, path);
  rmSync(folder, { recursive: true });
  return path;
}

/**
 * Installs packages into a folder for temporary files, which later runs use again; no install scripts run. Gives the folder.
 *
 * `changing`: packages that are installed anew into the same folder when they change, as the tarball of this repository does.
 * Errors: those of npm, whose own words are on stderr.
 */
export function install(
  name: string,
  packages: Readonly<Record<string, string>>,
  changing: Readonly<Record<string, string>> = {},
): string {
  const folder = join(tmpdir(), `vitrine-${name}-${hash(JSON.stringify(packages))}`);
  mkdirSync(folder, { recursive: true });
  const dependencies = { ...packages, ...changing };
  const manifest = JSON.stringify({ private: true, type: "module", dependencies }, undefined, 2);
  const installed = join(folder, "installed.json");
  if (existsSync(installed) && readFileSync(installed, "utf8") === manifest) return folder;
  rmSync(installed, { force: true });
  writeFileSync(join(folder, "package.json"), manifest);
  // Some declare another Node than the one that installs, and work: only a flag of the user's, or of this repository's, could refuse them.
  npm(["install", "--ignore-scripts", "--engine-strict=false", "--no-audit", "--no-fund", "--loglevel=error"], folder);
  writeFileSync(installed, manifest);
  return folder;
}

/** Gives the versions of development packages, as this repository's package.json has them. */
export function developmentVersions(names: readonly string[]): Record<string, string> {
  const { devDependencies }: { devDependencies: Record<string, string> } = JSON.parse(
    readFileSync(join(ROOT, "package.json"), "utf8"),
  );
  return Object.fromEntries(Object.entries(devDependencies).filter(([name]) => names.includes(name)));
}

function hash(content: string | Buffer): string {
  return createHash("sha256").update(content).digest("hex").slice(0, 12);
}

/** A registry may leave a connection open and say nothing: then it is asked once more, and at last the run fails. */
function npm(args: readonly string[], cwd: string, attempts = 2): string {
  try {
    return execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"], timeout: NPM_MS });
  } catch (error) {
    if (attempts <= 1) throw error;
    return npm(args, cwd, attempts - 1);
  }
}
