import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { deliverSpool } from "../../src/collector/deliver-spool.ts";
import { spanIdsIn, startFaultyCollector } from "./faulty-collector.ts";
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
  /** The ids of these. */
  readonly lostIds: readonly string[];
  /** Left out by the collector, and said so. */
  readonly leftOut: number;
  /** What lies in `rejected/`. */
  readonly rejected: readonly Rejected[];
  /** Lines on stderr. */
  readonly said: readonly string[];
}

/** A span that was set aside. */
interface Rejected {
  readonly spanId: string;
  readonly reason: string;
  /** The ids of the spans in the request that lies beside the reason. */
  readonly kept: readonly string[];
}

interface RunOptions {
  readonly by: "vitrine" | "stock";
  /** Makes all times shorter: 1 is what the scenario says. */
  readonly scale?: number;
}

const PROGRAM = join(import.meta.dirname, "producer.ts");
const DELIVER_MS = 120_000;
const factsOfRejected = z.object({ spanId: z.string(), reason: z.string() });

/**
 * Runs a scenario in a process of its own, and counts at the collector.
 *
 * What Vitrine has left in its spool is delivered by a next start, to the same collector, healthy by then. The stock processor leaves nothing.
 */
export async function runScenario(scenario: Scenario, { by, scale = 1 }: RunOptions): Promise<ScenarioResult> {
  const directory = mkdtempSync(join(tmpdir(), "vitrine-reliability-"));
  const ids = join(directory, "ended.txt");
  const collector = await startFaultyCollector(scenario.fault, scale);
  // Nobody else does when it fails.
  if (by === "stock") collector.meet();
  try {
    const scaled = { ...scenario, seconds: scenario.seconds * scale };
    const order: ProducerOrder = { by, url: collector.url, directory, ids, scenario: scaled };
    const { ended, said } = await produce(order, () => collector.meet());
    await collector.heal();
    if (by === "vitrine") await deliverSpool({ directory, endpoint: collector.url, timeoutMs: DELIVER_MS });
    const missing = ended.filter((id) => !collector.stored.has(id));
    const lostIds = missing.filter((id) => !collector.leftOut.has(id));
    return {
      produced: ended.length,
      delivered: ended.length - missing.length,
      twice: [...collector.stored.values()].filter((times) => times > 1).length,
      lost: lostIds.length,
      lostIds,
      leftOut: missing.length - lostIds.length,
      rejected: readRejected(join(directory, "rejected")),
      said,
    };
  } finally {
    collector.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

interface Produced {
  readonly ended: readonly string[];
  readonly said: readonly string[];
}

/** Runs the program, and tells as soon as it has said something. */
async function produce(order: ProducerOrder, whenSaid: () => void): Promise<Produced> {
  const flags = ["--import", "tsx", "--conditions=@vitrine/source"];
  const args = [...flags, PROGRAM, JSON.stringify(order)];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "pipe"] });
  let stderr = "";
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    stderr += text;
    if (stderr.includes("vitrine: ")) whenSaid();
  });
  await once(child, "close");
  const ended = existsSync(order.ids) ? readFileSync(order.ids, "utf8").split("\n").filter(Boolean) : [];
  if (ended.length === 0) throw new Error(`The program ended no span: ${stderr}`);
  return { ended, said: stderr.split("\n").filter((line) => line.startsWith("vitrine: ")) };
}

function readRejected(folder: string): Rejected[] {
  const files = existsSync(folder) ? readdirSync(folder).toSorted() : [];
  const reasons = files.filter((file) => file.endsWith(".json"));
  if (files.length !== 2 * reasons.length) throw new Error(`Not a reason for each: ${files.join(", ")}`);
  return reasons.map((file) => {
    const { spanId, reason } = factsOfRejected.parse(JSON.parse(readFileSync(join(folder, file), "utf8")));
    const kept = spanIdsIn(readFileSync(join(folder, file.replace(".json", ".otlp"))));
    return { spanId, reason, kept };
  });
}
