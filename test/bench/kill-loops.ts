import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { SpoolSpanProcessor } from "../../src/collector/spool-span-processor.ts";
import { type KillLoop, killInLoop } from "../collector/spool/kill-loop.ts";
import { startFaultyCollector } from "../reliability/faulty-collector.ts";

/** What became of the spans that processes ended until they were killed. */
export interface KillLoopResult extends Pick<KillLoop, "processes" | "rounds"> {
  /** Spans whose `end()` had returned. */
  readonly ended: number;
  /** Of these, what the collector did not have after the next start. */
  readonly lost: number;
  /** Of these, what it got more than once: a process was killed when the collector had it, and before it had noted that. */
  readonly twice: number;
  /** What a second flush of the next start sent once more. */
  readonly sentForEver: number;
  /** Files and folders that lie in the spool when the next start has ended, and keeps nothing of what was delivered. */
  readonly left: number;
}

/** Each is a hundred deaths: a process alone, two that share a folder, and ten. */
export const KILL_LOOPS: readonly Pick<KillLoop, "processes" | "rounds">[] = [
  { processes: 1, rounds: 100 },
  { processes: 2, rounds: 50 },
  { processes: 10, rounds: 10 },
];

/** For machines that are slow or busy. */
const DELIVER_MS = 120_000;

/** Has processes killed in a loop, starts one that stays, and counts at the collector, by the ids of spans. */
export async function measureKillLoop(loop: Pick<KillLoop, "processes" | "rounds">): Promise<KillLoopResult> {
  const directory = mkdtempSync(join(tmpdir(), "vitrine-kills-"));
  const collector = await startFaultyCollector(undefined, 1);
  try {
    const ended = await killInLoop({ ...loop, directory, endpoint: collector.url });
    const times = () => [...collector.stored.values()].reduce((sum, count) => sum + count, 0);
    const missing = () => ended.filter((id) => !collector.stored.has(id)).length;
    const processor = new SpoolSpanProcessor({ endpoint: collector.url, spool: { directory, retain: 0 }, quiet: true });
    const deadline = Date.now() + DELIVER_MS;
    while (missing() > 0 && Date.now() < deadline) await setTimeout(200);
    await processor.forceFlush();
    const before = times();
    await processor.forceFlush();
    const sentForEver = times() - before;
    await processor.shutdown();
    return {
      ...loop,
      ended: ended.length,
      lost: missing(),
      twice: ended.filter((id) => (collector.stored.get(id) ?? 0) > 1).length,
      sentForEver,
      left: readdirSync(directory).length,
    };
  } finally {
    collector.close();
    rmSync(directory, { recursive: true, force: true });
  }
}
