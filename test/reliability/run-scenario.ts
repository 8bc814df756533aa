import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { deliverSpool } from "../../src/collector/deliver-spool.ts";
import { runProgram } from "../support/run-program.ts";
import { startFaultyCollector } from "./faulty-collector.ts";
import type { ProducerOrder } from "./producer.ts";
import type { Scenario } from "./scenarios.ts";

/** What became of the spans of a run. */
export interface ScenarioResult {
  readonly produced: number;
  readonly delivered: number;
  /** Delivered more than once. */
  readonly twice: number;
  /** What ended and was not delivered, but for what the collector said that it leaves out. */
  readonly lost: number;
  /** Left out by the collector, and said so. */
  readonly leftOut: number;
  /** Lines on stderr. */
  readonly said: readonly string[];
}

interface RunOptions {
  readonly by: "vitrine" | "stock";
  /** Makes all times shorter: 1 is what the scenario says. */
  readonly scale?: number;
}

const PROGRAM = join(import.meta.dirname, "producer.ts");
const DELIVER_MS = 120_000;

/**
 * Runs a scenario in a process of its own, and counts at the collector.
 *
 * What Vitrine has left in its spool is delivered by a next start, to the same collector, healthy by then. The stock processor leaves nothing.
 */
export async function runScenario(scenario: Scenario, { by, scale = 1 }: RunOptions): Promise<ScenarioResult> {
  const directory = mkdtempSync(join(tmpdir(), "vitrine-reliability-"));
  const ids = join(directory, "ended.txt");
  const collector = await startFaultyCollector(scenario.fault, scale);
  try {
    const scaled = { ...scenario, seconds: scenario.seconds * scale };
    const { ended, stderr } = await produce({ by, url: collector.url, directory, ids, scenario: scaled });
    await collector.heal();
    if (by === "vitrine") await deliverSpool({ directory, endpoint: collector.url, timeoutMs: DELIVER_MS });
    const missing = ended.filter((id) => !collector.stored.has(id));
    return {
      produced: ended.length,
      delivered: ended.length - missing.length,
      twice: [...collector.stored.values()].filter((times) => times > 1).length,
      lost: missing.filter((id) => !collector.leftOut.has(id)).length,
      leftOut: missing.filter((id) => collector.leftOut.has(id)).length,
      said: stderr.split("\n").filter((line) => line.startsWith("vitrine: ")),
    };
  } finally {
    collector.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function produce(order: ProducerOrder): Promise<{ readonly ended: readonly string[]; readonly stderr: string }> {
  const { stderr } = await runProgram(PROGRAM, [JSON.stringify(order)]);
  const ended = readFileSync(order.ids, "utf8")
    .split("\n")
    .filter((line) => line !== "");
  if (ended.length === 0) throw new Error(`The program ended no span: ${stderr}`);
  return { ended, stderr };
}
