import { accessSync, constants, existsSync } from "node:fs";
import { dirname, join } from "node:path";
import { FileSegment, isSegmentName, SEGMENT_FILE } from "../spool/file-segment.ts";
import { abandonedFolders, isOwnerName, namesIn } from "../spool/owner-folder.ts";
import { REJECTED_FOLDER } from "../spool/set-aside.ts";

/** Says what lies in a spool. */
export interface SpoolState {
  /** Folders of processes that live, and of processes that are no more. */
  readonly living: number;
  readonly abandoned: number;
  /** Spans that wait for a destination; each is counted once. */
  readonly waiting: number;
  /** Of these, those that living processes have, and send themselves. */
  readonly waitingOfLiving: number;
  readonly bytes: number;
  /** Spans that were refused, and damaged parts of files. */
  readonly rejected: number;
}

/** Looks at a spool, and changes nothing. Errors: none; what cannot be read is not counted. */
export async function inspectSpool(directory: string): Promise<SpoolState> {
  const folders = namesIn(directory).filter(isOwnerName);
  const abandoned = new Set(abandonedFolders(directory).map(({ name }) => name));
  let waiting = 0;
  let waitingOfLiving = 0;
  let bytes = 0;
  for (const folder of folders) {
    for await (const segment of segmentsIn(join(directory, folder))) {
      waiting += segment.waiting;
      if (!abandoned.has(folder)) waitingOfLiving += segment.waiting;
      bytes += segment.size;
    }
  }
  const rejected = namesIn(join(directory, REJECTED_FOLDER)).filter((name) => !name.endsWith(".json")).length;
  return {
    living: folders.length - abandoned.size,
    abandoned: abandoned.size,
    waiting,
    waitingOfLiving,
    bytes,
    rejected,
  };
}

/** Gives the segments of an owner, and of those whom it has taken over, or was about to when it died itself. */
async function* segmentsIn(folder: string): AsyncGenerator<FileSegment> {
  for (const file of namesIn(folder)) {
    if (isOwnerName(file)) yield* segmentsIn(join(folder, file));
    const name = file.slice(0, -SEGMENT_FILE.length);
    if (!file.endsWith(SEGMENT_FILE) || !isSegmentName(name)) continue;
    const segment = await FileSegment.open(folder, name, []).catch(() => undefined);
    if (segment !== undefined) yield segment;
  }
}

/** Whether a process of this user may write there, or make the folder. Errors: throws what the file system says. */
export function requireWritable(directory: string): void {
  const existing = existsSync(directory) ? directory : nearestAbove(directory);
  accessSync(existing, constants.W_OK | constants.X_OK);
}

function nearestAbove(path: string): string {
  const above = dirname(path);
  return existsSync(above) || above === path ? above : nearestAbove(above);
}
