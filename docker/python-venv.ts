import { existsSync } from "node:fs";
import { mkdir, mkdtemp, readdir, rename, rm, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { dirname, join } from "node:path";
import { runCommand } from "./child-process.ts";
import { withFileLock } from "./file-lock.ts";
import { findPython } from "./find-python.ts";

const MARKER = "installed-by-vitrine";
const INSTALL_LIMIT_MS = 15 * 60_000;

/** Says what is in a virtual environment. */
export interface VenvContents {
  /** What it holds, with the version: another version is another environment. */
  readonly name: string;
  /** For pip, as on its command line. */
  readonly packages: readonly string[];
  /** Packages that are installed without what they depend on. */
  readonly barePackages?: readonly string[];
}

/**
 * Gives the Python of a virtual environment; makes the environment if it is not there yet.
 *
 * It stands in the user's cache, is made once and then shared by all runs. `onInstall` is told the folder before a new
 * one is made.
 * Errors: an Error when no Python fits or pip fails; then nothing is left behind.
 */
export async function ensureVenv(contents: VenvContents, onInstall: (folder: string) => void): Promise<string> {
  const folder = join(process.env["XDG_CACHE_HOME"] || join(homedir(), ".cache"), "vitrine", contents.name);
  if (!isInstalled(folder)) {
    await mkdir(dirname(folder), { recursive: true });
    await withFileLock(`${folder}.lock`, { staleAfterMs: INSTALL_LIMIT_MS }, async () => {
      if (isInstalled(folder)) return;
      const python = await findPython();
      onInstall(folder);
      await install(folder, python, contents);
    });
  }
  await removeInterrupted(folder);
  return pythonIn(folder);
}

/** A Python that was upgraded or removed leaves a dangling link: then the folder is made anew. */
function isInstalled(folder: string): boolean {
  return existsSync(join(folder, MARKER)) && existsSync(pythonIn(folder));
}

function pythonIn(folder: string): string {
  return process.platform === "win32" ? join(folder, "Scripts", "python.exe") : join(folder, "bin", "python");
}

/** Builds beside and renames, so that the folder is never half made. Only scripts, which nobody calls, know the old path. */
async function install(folder: string, python: string, contents: VenvContents): Promise<void> {
  const partial = await mkdtemp(partialPrefix(folder));
  const { packages, barePackages = [] } = contents;
  try {
    await runCommand([python, "-I", "-m", "venv", partial], { timeoutMs: INSTALL_LIMIT_MS });
    if (packages.length > 0) await pipInstall(partial, packages);
    if (barePackages.length > 0) await pipInstall(partial, ["--no-deps", ...barePackages]);
    await writeFile(join(partial, MARKER), `${new Date().toISOString()}\n`);
    await rm(folder, { recursive: true, force: true });
    await rename(partial, folder);
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw new Error(`The virtual environment ${contents.name} could not be made.`, { cause: error });
  }
}

async function pipInstall(folder: string, args: readonly string[]): Promise<void> {
  const pip = [pythonIn(folder), "-I", "-m", "pip", "install", "--quiet", "--no-input"] as const;
  await runCommand([...pip, "--disable-pip-version-check", ...args], { timeoutMs: INSTALL_LIMIT_MS });
}

/** Once the folder is there, whatever is still being built beside it was left by a run that was killed. */
async function removeInterrupted(folder: string): Promise<void> {
  for (const name of await readdir(dirname(folder))) {
    const path = join(dirname(folder), name);
    if (path.startsWith(partialPrefix(folder))) await rm(path, { recursive: true, force: true });
  }
}

function partialPrefix(folder: string): string {
  return `${folder}.partial-`;
}
