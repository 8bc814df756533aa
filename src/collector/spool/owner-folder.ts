import { randomBytes } from "node:crypto";
import {
  chmodSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmdirSync,
  rmSync,
  statSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { basename, dirname, join } from "node:path";
import { identifyProcess, mayBeAlive, type ProcessIdentity } from "./process-identity.ts";

/** A folder of the spool that one process writes to. Its name is the owner's. */
export interface OwnerFolder {
  readonly path: string;
  readonly name: string;
}

export const LOCK_FILE = "lock.json";
const OWNER_NAME = /^[0-9a-f]{16}$/;
/** While a folder is made it has this ending, and no one takes it over for a minute. */
const UNFINISHED = ".new";
const UNFINISHED_MS = 60_000;

/**
 * Makes a folder that belongs to this process.
 *
 * It appears with its lock in it: nobody can see it without an owner.
 * Errors: throws what the file system says.
 */
export function claimFolder(spool: string): OwnerFolder {
  const name = randomBytes(8).toString("hex");
  const path = join(spool, name);
  const made = mkdirSync(spool, { recursive: true, mode: 0o700 });
  if (made !== undefined && basename(dirname(spool)) === ".vitrine") keepOutOfGit(dirname(spool));
  mkdirSync(path + UNFINISHED, { mode: 0o700 });
  try {
    // The umask of the process may have taken from, or a mask of the folder's added to, the mode above.
    chmodSync(path + UNFINISHED, 0o700);
    writeFileSync(join(path + UNFINISHED, LOCK_FILE), JSON.stringify(identifyProcess()), { mode: 0o600 });
    renameSync(path + UNFINISHED, path);
  } catch (error) {
    // A disk that is full has room for folders.
    rmSync(path + UNFINISHED, { recursive: true, force: true });
    throw error;
  }
  return { path, name };
}

/** Says that the owner lives. Gives false when the folder is no more: it was taken for a dead one's. */
export function touchLock({ path }: OwnerFolder): boolean {
  try {
    const now = new Date();
    utimesSync(join(path, LOCK_FILE), now, now);
    return true;
  } catch (error) {
    // A disk that cannot be written has not taken the folder away.
    return !isMissing(error);
  }
}

/** Whether the file system says that a file is not there. */
export function isMissing(error: unknown): boolean {
  return error instanceof Error && "code" in error && (error.code === "ENOENT" || error.code === "ENOTDIR");
}

/** Gives the folder up, for others to take what is in it; an empty one is removed. */
export function releaseFolder({ path }: OwnerFolder): void {
  rmSync(join(path, LOCK_FILE), { force: true });
  try {
    rmdirSync(path);
  } catch {
    // Segments are in it.
  }
}

/** Lists the folders whose owner is no more. Errors: none; what cannot be read is nobody's. */
export function abandonedFolders(spool: string): OwnerFolder[] {
  return namesIn(spool)
    .map((name) => ({ name, path: join(spool, name) }))
    .filter(({ name, path }) => (isOwnerName(name) ? !hasOwner(path) : isLeftUnfinished(path)));
}

/** Whether a name is one of a folder of an owner. */
export function isOwnerName(name: string): boolean {
  return OWNER_NAME.test(name);
}

/** Lists what lies in a folder. Errors: none; a folder that is not there is empty. */
export function namesIn(folder: string): string[] {
  try {
    return readdirSync(folder).toSorted();
  } catch {
    return [];
  }
}

/** The folder that is there by default lies beside people's code. */
function keepOutOfGit(folder: string): void {
  try {
    writeFileSync(join(folder, ".gitignore"), "*\n", { flag: "wx" });
  } catch {
    // There is one.
  }
}

function hasOwner(path: string): boolean {
  try {
    const lock = join(path, LOCK_FILE);
    const identity: ProcessIdentity = JSON.parse(readFileSync(lock, "utf8"));
    return mayBeAlive(identity, Date.now() - statSync(lock).mtimeMs);
  } catch {
    return false;
  }
}

function isLeftUnfinished(path: string): boolean {
  if (!path.endsWith(UNFINISHED)) return false;
  try {
    return Date.now() - statSync(path).mtimeMs > UNFINISHED_MS;
  } catch {
    return false;
  }
}
