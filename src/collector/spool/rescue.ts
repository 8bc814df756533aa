import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { SEGMENT_FILE } from "./file-segment.ts";
import type { MemorySegment } from "./memory-segment.ts";
import { claimFolder, releaseFolder } from "./owner-folder.ts";
import { PROGRESS_FILE, progressLine } from "./progress-file.ts";

/**
 * Writes segments that live in memory to files of a folder, where another process finds them; at once, as nothing else is possible when a
 * process ends.
 *
 * Errors: throws what the file system says.
 */
export function writeRescue(segments: readonly MemorySegment[], spool: string): void {
  if (segments.length === 0) return;
  const folder = claimFolder(spool);
  for (const segment of segments) {
    const name = join(folder.path, segment.facts.name);
    const { destinations } = segment.facts;
    const taken = destinations.map((destination) => progressLine(destination, segment.progressOf(destination)));
    writeFileSync(name + PROGRESS_FILE, taken.join(""), { mode: 0o600 });
    writeFileSync(name + SEGMENT_FILE, segment.bytes(), { mode: 0o600 });
  }
  releaseFolder(folder);
}
