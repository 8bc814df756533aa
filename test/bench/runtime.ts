import { execFileSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { installPackages } from "./packages.ts";
import { PROGRAMS } from "./programs.ts";
import { median, spread, table } from "./statistics.ts";

/** What is compared with. */
const AI_VERSION = "7.0.173";
const TIME_ROUNDS = 7;
const WARM_UP_RUNS = 3_000;
const TIMED_RUNS = 2_000;
const IMPORT_ROUNDS = 15;
const MEMORY_ROUNDS = 5;
const MEMORY_RUNS = 1_000;
const SIDES = ["vitrine", "ai"] as const;

type Side = (typeof SIDES)[number];

/** One thing measured of both sides, a value a round. */
interface Row {
  readonly what: string;
  readonly values: Readonly<Record<Side, readonly number[]>>;
  readonly digits: number;
  /** How much of the other's is promised at most; absent where nothing is. */
  readonly promisedRatio?: number | undefined;
}

interface MemoryUse {
  readonly rss: number;
  readonly heapUsed: number;
}

const { folder, versions } = installPackages({ ai: AI_VERSION });
for (const [name, text] of Object.entries(PROGRAMS)) writeFileSync(join(folder, name), text);
const rows = [...timeRows(), ...importRows(), ...memoryRows()];
say(report(rows));
const broken = rows.filter(isBroken);
for (const row of broken) {
  say(`Not kept: "${row.what}" is ${ratio(row).toFixed(2)} of ai's, and at most ${row.promisedRatio} is promised.`);
}
if (broken.length > 0) process.exitCode = 1;

function timeRows(): Row[] {
  const measured = rounds(TIME_ROUNDS, (side): { medianUs: number; meanUs: number } =>
    JSON.parse(node("time.mjs", `./run-${side}.mjs`, String(WARM_UP_RUNS), String(TIMED_RUNS))),
  );
  return [
    { what: "run, µs, median", values: each(measured, ({ medianUs }) => medianUs), digits: 0, promisedRatio: 0.1 },
    { what: "run, µs, mean", values: each(measured, ({ meanUs }) => meanUs), digits: 0 },
  ];
}

/** A process that imports, less one that does nothing. */
function importRows(): Row[] {
  const measured = rounds(IMPORT_ROUNDS, (side) => ({
    emptyMs: millisecondsOf("empty.mjs"),
    packageMs: millisecondsOf(`import-${side}.mjs`),
    zodMs: millisecondsOf("import-zod.mjs"),
  }));
  // The middle of all, not the one beside it: one late start would be taken off as well.
  const floor = median(SIDES.flatMap((side) => measured[side].map(({ emptyMs }) => emptyMs)));
  return [
    { what: "import, ms", values: each(measured, ({ packageMs }) => packageMs - floor), digits: 0, promisedRatio: 0.5 },
    { what: "(zod alone, ms)", values: each(measured, ({ zodMs }) => zodMs - floor), digits: 0 },
  ];
}

/** What a process holds, less what one holds that does nothing, of the same round. */
function memoryRows(): Row[] {
  const measured = rounds(MEMORY_ROUNDS, (side) => {
    const floor = memoryOf();
    const { imported, ran } = memoryOf(side, `./run-${side}.mjs`, String(MEMORY_RUNS));
    return { imported: above(imported, floor.imported), ran: above(ran, floor.imported) };
  });
  const row = (what: string, read: (use: (typeof measured)[Side][number]) => number): Row => ({
    what,
    values: each(measured, read),
    digits: 1,
    promisedRatio: 0.5,
  });
  return [
    row("RSS after import, MB", ({ imported }) => imported.rss),
    row("heap after import, MB", ({ imported }) => imported.heapUsed),
    // Mostly V8's young generation, which grows with the pace of a loop, and zod, which both sides load: shown, and no promise.
    { ...row(`RSS after ${MEMORY_RUNS} runs, MB`, ({ ran }) => ran.rss), promisedRatio: undefined },
    row(`heap after ${MEMORY_RUNS} runs, MB`, ({ ran }) => ran.heapUsed),
  ];
}

/** Measures one side, then the other, again and again: what else the machine does meets both. */
function rounds<Value>(count: number, measure: (side: Side) => Value): Record<Side, Value[]> {
  const measured: Record<Side, Value[]> = { vitrine: [], ai: [] };
  for (let round = 0; round < count; round++) for (const side of SIDES) measured[side].push(measure(side));
  return measured;
}

function each<Value>(measured: Record<Side, Value[]>, read: (value: Value) => number): Row["values"] {
  return { vitrine: measured.vitrine.map(read), ai: measured.ai.map(read) };
}

function memoryOf(...args: readonly string[]): { readonly imported: MemoryUse; readonly ran: MemoryUse } {
  return JSON.parse(node("--expose-gc", "memory.mjs", ...args));
}

function above(use: MemoryUse, floor: MemoryUse): MemoryUse {
  return { rss: (use.rss - floor.rss) / 1e6, heapUsed: (use.heapUsed - floor.heapUsed) / 1e6 };
}

function millisecondsOf(program: string): number {
  const startedAt = performance.now();
  node(program);
  return performance.now() - startedAt;
}

function node(...args: readonly string[]): string {
  return execFileSync(process.execPath, args, { cwd: folder, encoding: "utf8", env: { PATH: process.env["PATH"] } });
}

function ratio({ values }: Row): number {
  return median(values.vitrine) / median(values.ai);
}

function isBroken(row: Row): boolean {
  return row.promisedRatio !== undefined && !(ratio(row) <= row.promisedRatio);
}

function report(measured: readonly Row[]): string {
  const head = ["min / median / max", `vitrine ${versions["vitrine"]}`, `ai ${versions["ai"]}`, "ratio", "promised"];
  const body = measured.map((row) => {
    const sides = SIDES.map((side) => spread(row.values[side], row.digits));
    return [row.what, ...sides, ratio(row).toFixed(2), row.promisedRatio === undefined ? "" : `≤ ${row.promisedRatio}`];
  });
  return `Node ${process.versions.node}, zod ${versions["zod"]}\n\n${table([head, ...body])}\n`;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
