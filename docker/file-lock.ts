import { readFile, rm, stat, writeFile } from "node:fs/promises";
import { setTimeout as delay } from "node:timers/promises";

const POLL_MS = 300;

/**
 * Does work while no other process that takes the same lock file does.
 *
 * A lock whose holder is dead, or that is older than `staleAfterMs`, is taken over; so the work must bear it if, in a rare
 * race, two do it.
 */
export async function withFileLock<T>(
  path: string,
  { staleAfterMs }: { readonly staleAfterMs: number },
  work: () => Promise<T>,
): Promise<T> {
  while (!(await tryLock(path))) {
    if (await isStale(path, staleAfterMs)) await rm(path, { force: true });
    else await delay(POLL_MS);
  }
  try {
    return await work();
  } finally {
    await rm(path, { force: true });
  }
}

async function tryLock(path: string): Promise<boolean> {
  try {
    await writeFile(path, String(process.pid), { flag: "wx" });
    return true;
  } catch (error) {
    if (isSystemError(error, "EEXIST")) return false;
    throw error;
  }
}

async function isStale(path: string, staleAfterMs: number): Promise<boolean> {
  try {
    const holder = Number(await readFile(path, "utf8"));
    if (Date.now() - (await stat(path)).mtimeMs > staleAfterMs) return true;
    // Between its creation and its first byte the file is empty: its holder lives.
    if (!(holder > 0)) return false;
    process.kill(holder, 0);
    return false;
  } catch (error) {
    return isSystemError(error, "ESRCH");
  }
}

function isSystemError(error: unknown, code: string): boolean {
  return error instanceof Error && "code" in error && error.code === code;
}
