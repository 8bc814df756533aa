import { readFile } from "node:fs/promises";
import { crc32 } from "node:zlib";
import type { Progress } from "./segment.ts";

/** The ending of the file that says how far each destination has taken a segment. */
export const PROGRESS_FILE = ".taken";
const LINE = /^((\S+) (\d+) (\d+) (\d+)) ([\da-f]+)$/;

/** Makes the line that says how far a destination has taken a segment; the last one counts. It ends with its checksum. */
export function progressLine(destination: string, { position, spans, atMs }: Progress): string {
  const facts = `${destination} ${position} ${spans} ${atMs}`;
  return `${facts} ${checksum(facts)}\n`;
}

/** Reads how far destinations have taken a segment. Errors: none; a line that cannot be read costs a repeat. */
export async function readProgress(path: string): Promise<Map<string, Progress>> {
  const text = await readFile(path, "latin1").catch(() => "");
  const progress = new Map<string, Progress>();
  for (const line of text.split("\n")) {
    const [, facts = "", destination, position, spans, atMs, sum] = LINE.exec(line) ?? [];
    if (destination === undefined || sum !== checksum(facts)) continue;
    progress.set(destination, { position: Number(position), spans: Number(spans), atMs: Number(atMs) });
  }
  return progress;
}

function checksum(facts: string): string {
  return crc32(facts).toString(16);
}
