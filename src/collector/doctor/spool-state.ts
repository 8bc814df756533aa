import { accessSync, constants, existsSync, statSync } from "node:fs";
import { dirname, join } from "node:path";
import { FileSegment, isSegmentName, SEGMENT_FILE } from "../spool/file-segment.ts";
import { abandonedFolders, isOwnerName, namesIn } from "../spool/owner-folder.ts";
import { REJECTED_FOLDER } from "../spool/set-aside.ts";

const PLACE = "a spool is .vitrine/spool in the folder where the program runs, or where VITRINE_SPOOL says.";
/** Where a spool lies in a folder that is easily taken for it. */
const INSIDE = ["spool", ".vitrine/spool"];

/** Says what waits in a spool for one destination. */
export interface AwaitedDestination {
  readonly id: string;
  /** The address as people read it; absent where only versions have written that did not note it. */
  readonly url: string | undefined;
  readonly waiting: number;
  /** Of these, those that living processes have. */
  readonly waitingOfLiving: number;
}

/** Says what lies in a spool. */
export interface SpoolState {
  /** Folders of processes that live, and of processes that are no more. */
  readonly living: number;
  readonly abandoned: number;
  /** Spans that wait for a destination; each is counted once. */
  readonly waiting: number;
  /** Of these, those that living processes have, and send themselves. */
  readonly waitingOfLiving: number;
  /** The destinations that they wait for: a span may wait for several. */
  readonly awaited: readonly AwaitedDestination[];
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
  const awaited = new Map<string, AwaitedDestination>();
  for (const folder of folders) {
    for await (const segment of segmentsIn(join(directory, folder))) {
      waiting += segment.waiting;
      if (!abandoned.has(folder)) waitingOfLiving += segment.waiting;
      noteAwaited(awaited, { segment, isLiving: !abandoned.has(folder) });
      bytes += segment.size;
    }
  }
  const rejected = namesIn(join(directory, REJECTED_FOLDER)).filter((name) => !name.endsWith(".json")).length;
  return {
    living: folders.length - abandoned.size,
    abandoned: abandoned.size,
    waiting,
    waitingOfLiving,
    awaited: [...awaited.values()].filter(({ waiting: spans }) => spans > 0),
    bytes,
    rejected,
  };
}

interface Found {
  readonly segment: FileSegment;
  readonly isLiving: boolean;
}

/** What one file does not say of a destination, another one may. */
function noteAwaited(awaited: Map<string, AwaitedDestination>, { segment, isLiving }: Found): void {
  for (const [index, id] of segment.facts.destinations.entries()) {
    const before = awaited.get(id);
    const spans = segment.waitingFor(id);
    awaited.set(id, {
      id,
      url: before?.url ?? segment.facts.addresses?.[index],
      waiting: (before?.waiting ?? 0) + spans,
      waitingOfLiving: (before?.waitingOfLiving ?? 0) + (isLiving ? spans : 0),
    });
  }
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

/**
 * Checks that a folder may be a spool: there is something of a spool in it, or nothing, or no folder.
 *
 * Errors: throws for a file, and for a folder of something else, and says where a spool is.
 */
export function requireSpool(directory: string): void {
  const found = statSync(directory, { throwIfNoEntry: false });
  if (found === undefined) return;
  if (!found.isDirectory()) throw new Error(`"${directory}" is a file, not a folder: ${PLACE}`);
  const names = namesIn(directory);
  if (names.some(isOfSpool)) return;
  const inner = INSIDE.map((name) => join(directory, name)).find((path) => existsSync(path));
  if (inner !== undefined) throw new Error(`"${directory}" holds nothing of a spool: is "${inner}" meant?`);
  if (!names.every(isNobodys)) throw new Error(`"${directory}" holds nothing of a spool: ${PLACE}`);
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

/** Also the folder of an owner that is being made. */
function isOfSpool(name: string): boolean {
  return name === REJECTED_FOLDER || isOwnerName(name.split(".")[0] ?? "");
}

/** What repositories and file systems put into an empty folder. */
function isNobodys(name: string): boolean {
  return name.startsWith(".") || name === "lost+found";
}
