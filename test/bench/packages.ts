import { execFileSync } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";

const ROOT = resolve(import.meta.dirname, "../..");

/** What the benches compare with. Raise it by hand, so that two runs of a bench measure the same thing. */
const AI_VERSION = "7.0.173";

/** Holds a project of its own, where programs import packages as a stranger's would. */
export interface BenchProject {
  readonly folder: string;
  /** By name, for people to read; this repository is `vitrine`. */
  readonly versions: Readonly<Record<string, string>>;
}

/**
 * Builds and packs this repository, and installs it beside its peers into a folder for temporary files, which later runs use again.
 *
 * No package's install scripts run. Errors: those of npm, whose own words are on stderr.
 */
export function installPackages(): BenchProject {
  const { devDependencies, version }: { devDependencies: Record<string, string>; version: string } = JSON.parse(
    readFileSync(join(ROOT, "package.json"), "utf8"),
  );
  const peers = { ai: AI_VERSION, ...pick(devDependencies, ["zod", "@types/node"]) };
  const folder = join(tmpdir(), ["vitrine-bench", ...Object.values(peers)].join("-"));
  mkdirSync(folder, { recursive: true });
  const dependencies = { ...peers, vitrine: `file:${packInto(folder)}` };
  const manifest = JSON.stringify({ private: true, type: "module", dependencies }, undefined, 2);
  const installed = join(folder, "installed.json");
  if (!existsSync(installed) || readFileSync(installed, "utf8") !== manifest) {
    rmSync(installed, { force: true });
    writeFileSync(join(folder, "package.json"), manifest);
    // `ai` declares Node 22, and its runs with a fake model work on 20: only a flag of the user's could refuse it.
    npm(
      ["install", "--ignore-scripts", "--engine-strict=false", "--no-audit", "--no-fund", "--loglevel=error"],
      folder,
    );
    writeFileSync(installed, manifest);
  }
  return { folder, versions: { ...peers, vitrine: version } };
}

function pick(versions: Readonly<Record<string, string>>, names: readonly string[]): Record<string, string> {
  return Object.fromEntries(Object.entries(versions).filter(([name]) => names.includes(name)));
}

/** Gives the tarball's file name. It tells the content, as npm takes an old name for the old content. */
function packInto(folder: string): string {
  npm(["run", "build"], ROOT);
  const packFolder = mkdtempSync(join(folder, "pack-"));
  const [packed]: { filename: string }[] = JSON.parse(
    npm(["pack", "--json", "--ignore-scripts", "--pack-destination", packFolder], ROOT),
  );
  const tarball = join(packFolder, packed?.filename ?? "");
  const name = `vitrine-${createHash("sha256").update(readFileSync(tarball)).digest("hex").slice(0, 12)}.tgz`;
  renameSync(tarball, join(folder, name));
  rmSync(packFolder, { recursive: true });
  return name;
}

function npm(args: readonly string[], cwd: string): string {
  return execFileSync("npm", args, { cwd, encoding: "utf8", stdio: ["ignore", "pipe", "inherit"] });
}
