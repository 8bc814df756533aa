/**
 * Runs agents, and calls of openai, with the packed package as users have it: on the lines of OpenTelemetry and Node that are supported, in every way in which people
 * set OpenTelemetry up, by `import`, by `require()`, and by both at once. Spans come over HTTP, and are compared with what must come.
 *
 * Prints a line a run. Exit code 1 if one is not as it must be. Installs into a folder for temporary files, which later runs use again.
 */
import { execFile } from "node:child_process";
import { availableParallelism } from "node:os";
import { promisify } from "node:util";
import { table } from "../bench/statistics.ts";
import { COMBINATIONS, type Combination } from "./combinations.ts";
import { faultsOfCalls } from "./expected-calls.ts";
import { faultsOfLimits } from "./expected-limits.ts";
import { faultsOf } from "./expected-trace.ts";
import { packVitrine } from "../support/packed.ts";
import { installApp, nodeBinary } from "./install.ts";
import { type ReceivedSpan, startSink } from "./otlp.ts";

/** A program that hangs is a failure; none takes longer than some seconds. */
const TIMEOUT_MS = 60_000;

interface Run {
  readonly combination: Combination;
  readonly folder: string;
  readonly node: string;
  readonly setUp: string;
  /** A program's file. */
  readonly program: string;
}

/** What a program prints. */
interface Printed {
  readonly node: string;
  readonly sdk: string;
  readonly api: string;
  readonly openai: string;
}

/** What is wrong with the spans of set-ups that run something else than the agents. */
const FAULTS_OF: Readonly<Record<string, (spans: readonly ReceivedSpan[]) => readonly string[]>> = {
  SpoolSpanProcessor: faultsOfLimits,
  "instrumentOpenAI()": faultsOfCalls,
};

interface Outcome {
  readonly run: Run;
  readonly printed: Printed | undefined;
  readonly faults: readonly string[];
}

const startedAt = performance.now();
const outcomes = await inParallel(prepare(), outcomeOf);
say(
  `\n${table([["Node", "SDK", "API", "openai", "set-up", "program", "result"], ...outcomes.map(rowOf), ...rowsOfLeftOut()])}\n`,
);
const failed = outcomes.filter(({ faults }) => faults.length > 0);
for (const [faults, runs] of byFaults(failed)) say(`FAIL:\n  ${runs.join("\n  ")}\nbecause\n${faults}\n`);
say(`${outcomes.length - failed.length} of ${outcomes.length} runs are as they must be, in ${secondsSinceStart()} s.`);
if (failed.length > 0) process.exitCode = 1;

function prepare(): Run[] {
  const tarball = packVitrine();
  const runs = COMBINATIONS.flatMap((combination) => {
    const place = {
      combination,
      folder: installApp(combination.packages, tarball),
      node: nodeBinary(combination.node),
    };
    const [first = "", ...others] = combination.setUps;
    return [
      ...["import.mjs", "require.cjs", "both.mjs"].map((program) => ({ ...place, setUp: first, program })),
      ...others.flatMap((setUp) => ["import.mjs", "require.cjs"].map((program) => ({ ...place, setUp, program }))),
    ];
  });
  say(`Packed and installed after ${secondsSinceStart()} s.`);
  return runs;
}

async function outcomeOf(run: Run): Promise<Outcome> {
  const sink = await startSink();
  try {
    const printed = await runProgram(run, sink.url);
    const faults = (FAULTS_OF[run.setUp] ?? faultsOf)(sink.spans());
    return { run, printed, faults: [...versionFaults(run, printed), ...faults] };
  } catch (error) {
    return { run, printed: undefined, faults: [reasonOf(error)] };
  } finally {
    sink.close();
  }
}

async function runProgram({ combination, folder, node, setUp, program }: Run, sinkUrl: string): Promise<Printed> {
  const { stdout } = await promisify(execFile)(node, [`programs/${program}`, setUp, String(combination.sdk)], {
    cwd: folder,
    env: { PATH: process.env["PATH"], OTEL_EXPORTER_OTLP_ENDPOINT: sinkUrl },
    timeout: TIMEOUT_MS,
  });
  return JSON.parse(stdout);
}

/** What the program said as it failed: the line that names the error, then all of it. */
function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  if ("killed" in error && error.killed) return `it did not end within ${TIMEOUT_MS / 1000} s`;
  const stderr = "stderr" in error ? String(error.stderr).trim() : "";
  const [named = error.message] = /^\w*Error\b.*$/m.exec(stderr) ?? [];
  return `${named}\n${stderr}`.trim();
}

function versionFaults({ combination }: Run, { node, api, sdk, openai }: Printed): string[] {
  return [
    ...(major(node) === major(combination.node) ? [] : [`it ran on Node ${node}`]),
    ...(api === combination.packages["@opentelemetry/api"] ? [] : [`it ran with API ${api}`]),
    ...(major(sdk) === String(combination.sdk) ? [] : [`it ran with SDK ${sdk}`]),
    ...(openai === combination.packages["openai"] ? [] : [`it ran with openai ${openai}`]),
  ];
}

function major(version: string): string | undefined {
  return version.split(".")[0];
}

function rowOf({ run, printed, faults }: Outcome): string[] {
  const { node = run.combination.node, sdk = "?", api = "?", openai = "?" } = printed ?? {};
  const [fault] = faults;
  const result = fault === undefined ? "ok" : `FAIL: ${fault.split("\n")[0]}`;
  return [node, sdk, api, openai, run.setUp, run.program, result];
}

function rowsOfLeftOut(): string[][] {
  return COMBINATIONS.flatMap(({ node, sdk, left }) =>
    Object.entries(left).map(([setUp, reason]) => [node, `${sdk}`, "", "", setUp, "", `not run: ${reason}`]),
  );
}

/** Which runs failed in the same way: mostly it is all or one. */
function byFaults(broken: readonly Outcome[]): ReadonlyMap<string, readonly string[]> {
  const groups = new Map<string, string[]>();
  for (const { run, faults } of broken) {
    const text = faults.map((fault) => `- ${fault}`).join("\n");
    const name = `Node ${run.combination.node}, ${run.setUp}, ${run.program}`;
    groups.set(text, [...(groups.get(text) ?? []), name]);
  }
  return groups;
}

/** In the order of the runs, as many at a time as the machine has cores. */
async function inParallel<Item, Result>(
  items: readonly Item[],
  work: (item: Item) => Promise<Result>,
): Promise<Result[]> {
  const results: Result[] = [];
  const waiting = items.entries();
  const worker = async (): Promise<void> => {
    for (const [index, item] of waiting) results[index] = await work(item);
  };
  await Promise.all(Array.from({ length: availableParallelism() }, worker));
  return results;
}

function secondsSinceStart(): string {
  return ((performance.now() - startedAt) / 1000).toFixed(0);
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
