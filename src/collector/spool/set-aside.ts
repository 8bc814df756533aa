import { mkdirSync, readdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { readSpanNames } from "../otlp/span-request.ts";

/** The folder of the spool in which lies what will not be delivered. */
export const REJECTED_FOLDER = "rejected";
/** What may lie there, though a backend refuses everything for weeks; past it the oldest half goes. */
const MAX_BYTES = 64 << 20;
/** What lies in each such folder. Other processes add to it: it is counted anew when it seems to be too much. */
const sizes = new Map<string, number>();

/** What was refused, by whom and why. */
export interface Refusal {
  readonly url: string;
  readonly reason: string;
}

/** What was set aside. */
export interface SetAside {
  /** Where it lies; of a span, without the ending. */
  readonly path: string;
  /** So many of those that lay there had to go. */
  readonly removed: number;
}

/** A folder in which there is room. */
interface Room {
  readonly folder: string;
  readonly removed: number;
}

/**
 * Keeps a span that a destination refuses: as an OTLP request of its own, `<trace id>-<span id>.otlp`, and beside it, as JSON, its name and the
 * reason.
 *
 * Errors: throws what the file system says.
 */
export function setAside(spool: string, payload: Buffer, refusal: Refusal): SetAside {
  const names = readSpanNames(payload);
  const { folder, removed } = makeFolder(spool, payload.length);
  const path = join(folder, `${names.traceId}-${names.spanId}`);
  writeFileSync(`${path}.otlp`, payload, { mode: 0o600 });
  const facts = { ...names, ...refusal, at: new Date().toISOString() };
  writeFileSync(`${path}.json`, `${JSON.stringify(facts, null, 2)}\n`, { mode: 0o600 });
  return { path, removed };
}

/** Keeps bytes of a segment in which no record could be read. Errors: throws what the file system says. */
export function setAsideDamage(spool: string, bytes: Buffer, place: string): SetAside {
  const { folder, removed } = makeFolder(spool, bytes.length);
  const path = join(folder, `damaged-${place}.bin`);
  writeFileSync(path, bytes, { mode: 0o600 });
  return { path, removed };
}

/** Makes the folder, and room in it. */
function makeFolder(spool: string, bytes: number): Room {
  const folder = join(spool, REJECTED_FOLDER);
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const size = (sizes.get(folder) ?? MAX_BYTES) + bytes;
  const { left, removed } = size > MAX_BYTES ? makeRoom(folder, bytes) : { left: size - bytes, removed: 0 };
  sizes.set(folder, left + bytes);
  return { folder, removed };
}

/** Removes the oldest files where there is no room for so many bytes; gives the bytes that are left, and how many went. */
function makeRoom(folder: string, bytes: number): { readonly left: number; readonly removed: number } {
  const files = readdirSync(folder)
    .map((name) => join(folder, name))
    .map((path) => ({ path, stat: statSync(path, { throwIfNoEntry: false }) }))
    .toSorted((a, b) => (a.stat?.mtimeMs ?? 0) - (b.stat?.mtimeMs ?? 0));
  let left = files.reduce((sum, { stat }) => sum + (stat?.size ?? 0), 0);
  let removed = 0;
  if (left + bytes <= MAX_BYTES) return { left, removed };
  for (const { path, stat } of files) {
    if (left <= MAX_BYTES / 2) break;
    rmSync(path, { force: true });
    left -= stat?.size ?? 0;
    // Its reason lies beside a span.
    if (!path.endsWith(".json")) removed += 1;
  }
  return { left, removed };
}
