import { readdirSync, statSync, utimesSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { isOwnerName, LOCK_FILE } from "../../../src/collector/spool/owner-folder.ts";
import { identifyProcess, type ProcessIdentity } from "../../../src/collector/spool/process-identity.ts";
import { isSpan, type NewRecord, RECORD } from "../../../src/collector/spool/record.ts";
import type { Segment } from "../../../src/collector/spool/segment.ts";
import { resolveSpool, type SpoolOptions } from "../../../src/collector/spool/spool-options.ts";
import { Spool } from "../../../src/collector/spool/spool.ts";

/** The destination that spools of these tests send to, unless told otherwise. */
export const HERE = "here";

export interface TestSpool {
  readonly spool: Spool;
  /** What the spool has told, a sentence each. */
  readonly told: string[];
}

/** Makes a spool in a folder; nothing is delivered unless the test says so. */
export function openSpool(options: SpoolOptions & { readonly to?: readonly string[] }): TestSpool {
  const { to = [HERE], ...rest } = options;
  const told: string[] = [];
  const spool = new Spool(resolveSpool(rest, {}), to, {
    dropped: (spans, reason) => told.push(`dropped ${spans}: ${reason}`),
    diskFailed: (error) => told.push(`disk failed: ${error instanceof Error ? error.message : String(error)}`),
    tookOver: (segments, unfinished) => told.push(`took over ${segments.length} and ${unfinished} unfinished`),
  });
  return { spool, told };
}

/** Makes the record of a span that is but a name. */
export function span(name: string, kind: number = RECORD.span): NewRecord {
  return { kind, spanId: Buffer.from(name.padEnd(8).slice(0, 8)).toString("hex"), payload: Buffer.from(name) };
}

export function append(spool: Spool, ...names: readonly string[]): void {
  for (const name of names) spool.append(span(name));
}

/** Leaves spans in the spool of a folder, in the way of a process that is killed; gives the name of its folder. */
export function leave(directory: string, ...names: readonly string[]): string {
  const others = ownersIn(directory);
  append(openSpool({ directory }).spool, ...names);
  return ownersIn(directory).find((name) => !others.includes(name)) ?? "";
}

/** Gives the names of the spans that a spool holds for a destination and that it has not taken. */
export async function waitingIn(spool: Spool, destination: string = HERE): Promise<string[]> {
  const names: string[] = [];
  for (const segment of spool.segments.filter((one) => one.awaits(destination))) {
    const { position } = segment.progressOf(destination);
    const { records } = await segment.read(position);
    names.push(...records.filter(isSpan).map(({ payload }) => payload.toString()));
  }
  return names;
}

/** Has a destination take all that waits. */
export function deliver(segments: readonly Segment[], destination: string = HERE): void {
  for (const segment of segments) {
    const spans = segment.progressOf(destination).spans + segment.waitingFor(destination);
    segment.acknowledge(destination, { position: segment.size, spans, atMs: Date.now() });
  }
}

/** Above what any system gives. */
const NO_PID = 2 ** 30;

/** Makes the owners of all folders of a spool processes that are no more; or others, last heard of so many milliseconds ago. */
export function disown(directory: string, owner: Partial<ProcessIdentity> = { pid: NO_PID }, silentMs = 0): void {
  for (const name of ownersIn(directory)) {
    const lock = join(directory, name, LOCK_FILE);
    writeFileSync(lock, JSON.stringify({ ...identifyProcess(), ...owner }));
    const at = new Date(Date.now() - silentMs);
    utimesSync(lock, at, at);
  }
}

/** Has the owner of a folder not be heard of for more than a minute. */
export function silence(directory: string, name: string): void {
  const at = new Date(Date.now() - 61_000);
  utimesSync(join(directory, name, LOCK_FILE), at, at);
}

export function ownersIn(directory: string): string[] {
  return readdirSync(directory).filter(isOwnerName);
}

/** Lists the files and folders below a folder. */
export function filesBelow(folder: string): string[] {
  return readdirSync(folder, { recursive: true }).map((path) => join(folder, String(path)));
}

/** Gives the permissions of a file, as octal digits. */
export function modeOf(path: string): string {
  return (statSync(path).mode & 0o777).toString(8);
}
