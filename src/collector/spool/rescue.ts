import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { SEGMENT_FILE } from "./file-segment.ts";
import { MemorySegment } from "./memory-segment.ts";
import { claimFolder, releaseFolder } from "./owner-folder.ts";
import { PROGRESS_FILE, progressLine } from "./progress-file.ts";
import type { Segment } from "./segment.ts";

/**
 * Writes what waits in segments that live in memory to files of a folder, where another process finds them; at once, as nothing else is possible when a
 * process ends.
 *
 * Gives those segments. Errors: throws what the file system says.
 */
export function writeRescue(segments: readonly Segment[], spool: string): readonly Segment[] {
  const waiting = segments
    .filter((segment) => segment instanceof MemorySegment)
    .filter(({ isDelivered }) => !isDelivered);
  if (waiting.length === 0) return [];
  const folder = claimFolder(spool);
  for (const segment of waiting) {
    const name = join(folder.path, segment.facts.name);
    const { destinations } = segment.facts;
    const taken = destinations.map((destination) => progressLine(destination, segment.progressOf(destination)));
    writeFileSync(name + PROGRESS_FILE, taken.join(""), { mode: 0o600 });
    writeFileSync(name + SEGMENT_FILE, segment.bytes(), { mode: 0o600 });
  }
  releaseFolder(folder);
  return waiting;
}
