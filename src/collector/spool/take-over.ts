import { renameSync, rmdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { FileSegment, isSegmentName, SEGMENT_FILE } from "./file-segment.ts";
import { abandonedFolders, isOwnerName, LOCK_FILE, namesIn, type OwnerFolder } from "./owner-folder.ts";
import { PROGRESS_FILE } from "./progress-file.ts";
import type { NewRecord } from "./record.ts";
import { unfinishedSpans } from "./unfinished.ts";
import { isOlder } from "./what-goes.ts";

/** Who takes over what processes that are no more have left. */
interface Heir {
  readonly folder: OwnerFolder;
  /** The ids of the destinations that the heir sends to. */
  readonly destinations: readonly string[];
  /** What is older goes, wherever it should have gone to. */
  readonly maxAgeMs: number;
  /** Whether it looks for spans that never ended. */
  readonly started: boolean;
}

/** What has been taken over. */
interface Inheritance {
  readonly segments: readonly FileSegment[];
  /** Spans that never ended, as records of spans that failed. */
  readonly unfinished: readonly NewRecord[];
}

/**
 * Takes over what processes that are no more have left in the spool, and removes their folders.
 *
 * A folder is taken in one step, by moving it into the heir's: of two heirs one gets it. Left where it is: what is to go only to places that
 * the heir does not send to, what a newer version wrote, and what is nobody's of ours.
 * Errors: none; what cannot be read now is there the next time.
 */
export async function takeOver(spool: string, heir: Heir): Promise<Inheritance> {
  const claims = await claim(spool, heir);
  const all: FileSegment[] = [];
  for (const { claimed } of claims) for await (const segment of segmentsIn(claimed, heir)) all.push(segment);
  const mine = all.filter((segment) => concerns(segment, heir));
  const unfinished = heir.started ? await unfinishedSpans(all, mine).catch(() => []) : [];
  const segments: FileSegment[] = [];
  for (const segment of mine) if (await adopt(segment, heir)) segments.push(segment);
  // What does not concern this heir is for others.
  for (const { path, claimed } of claims) if (!removeIfEmpty(claimed)) move(claimed, path);
  return { segments, unfinished };
}

/** A folder's place, and the one in the heir's folder that it has been moved to. */
interface Claim {
  readonly path: string;
  readonly claimed: string;
}

async function claim(spool: string, heir: Heir): Promise<Claim[]> {
  const claims: Claim[] = [];
  for (const { path, name } of abandonedFolders(spool)) {
    if (name === heir.folder.name || removeIfEmpty(path)) continue;
    const claimed = join(heir.folder.path, name);
    if ((await hasConcern(path, heir)) && move(path, claimed)) claims.push({ path, claimed });
  }
  return claims;
}

async function adopt(segment: FileSegment, { folder }: Heir): Promise<boolean> {
  try {
    segment.moveTo(folder.path);
    await segment.takeStock();
    return true;
  } catch {
    return false;
  }
}

/** Gives the segments of a folder, and of those that its owner had claimed when it died. What they hold is not read. */
async function* segmentsIn(folder: string, heir: Heir): AsyncGenerator<FileSegment> {
  for (const file of namesIn(folder)) {
    if (isOwnerName(file)) yield* segmentsIn(join(folder, file), heir);
    const name = file.slice(0, -SEGMENT_FILE.length);
    if (!file.endsWith(SEGMENT_FILE) || !isSegmentName(name)) continue;
    const segment = await FileSegment.glance(folder, name, heir.destinations).catch(() => undefined);
    if (segment !== undefined) yield segment;
  }
}

async function hasConcern(folder: string, heir: Heir): Promise<boolean> {
  for await (const segment of segmentsIn(folder, heir)) if (concerns(segment, heir)) return true;
  return false;
}

function concerns(segment: FileSegment, { destinations, maxAgeMs }: Heir): boolean {
  return (
    isOlder(segment, maxAgeMs) || segment.isDelivered || destinations.some((destination) => segment.awaits(destination))
  );
}

function move(from: string, to: string): boolean {
  try {
    renameSync(from, to);
    return true;
  } catch {
    return false;
  }
}

/** Removes a folder in which nothing is kept. Gives whether it is gone. */
function removeIfEmpty(folder: string): boolean {
  for (const name of namesIn(folder).filter(isOwnerName)) removeIfEmpty(join(folder, name));
  const names = namesIn(folder);
  if (names.some((name) => name !== LOCK_FILE && !isOrphan(name, names))) return false;
  try {
    for (const name of names) rmSync(join(folder, name), { force: true });
    rmdirSync(folder);
  } catch {
    // Another heir was faster.
  }
  return true;
}

/** Whether a file says how much was taken of a segment that is no longer there. */
function isOrphan(name: string, names: readonly string[]): boolean {
  return name.endsWith(PROGRESS_FILE) && !names.includes(name.replace(PROGRESS_FILE, SEGMENT_FILE));
}
