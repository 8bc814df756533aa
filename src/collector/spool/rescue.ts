import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SEGMENT_FILE } from "./file-segment.ts";
import { MemorySegment } from "./memory-segment.ts";
import { claimFolder, type OwnerFolder, releaseFolder } from "./owner-folder.ts";
import { PROGRESS_FILE, progressLine } from "./progress-file.ts";
import type { Segment } from "./segment.ts";

/**
 * Writes what waits in segments that live in memory to files of a folder, where another process finds them; at once, as nothing else is possible when a
 * process ends.
 *
 * Gives those segments. Errors: throws what the file system says.
 */
export function writeRescue(segments: readonly Segment[], spool: string): readonly Segment[] {
  const waiting = waitingIn(segments);
  if (waiting.length > 0) releaseFolder(write(waiting, spool));
  return waiting;
}

/**
 * Writes the same to a folder that stays this process's: nobody takes what it may still send itself, for as long as it lives.
 *
 * Gives undefined where nothing waits. Errors: throws what the file system says.
 */
export function writeCopy(segments: readonly Segment[], spool: string): OwnerFolder | undefined {
  const waiting = waitingIn(segments);
  return waiting.length === 0 ? undefined : write(waiting, spool);
}

/** Removes a copy that is not needed any more. Errors: none; what stays is delivered twice. */
export function removeCopy({ path }: OwnerFolder): void {
  try {
    rmSync(path, { recursive: true, force: true });
  } catch {
    // The next process finds it.
  }
}

function waitingIn(segments: readonly Segment[]): readonly MemorySegment[] {
  return segments.filter((segment) => segment instanceof MemorySegment).filter(({ isDelivered }) => !isDelivered);
}

function write(waiting: readonly MemorySegment[], spool: string): OwnerFolder {
  const folder = claimFolder(spool);
  for (const segment of waiting) {
    const name = join(folder.path, segment.facts.name);
    const { destinations } = segment.facts;
    const taken = destinations.map((destination) => progressLine(destination, segment.progressOf(destination)));
    writeFileSync(name + PROGRESS_FILE, taken.join(""), { mode: 0o600 });
    writeFileSync(name + SEGMENT_FILE, segment.bytes(), { mode: 0o600 });
  }
  return folder;
}
