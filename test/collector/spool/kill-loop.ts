import { setTimeout } from "node:timers/promises";
import { startWriter } from "./writers.ts";

/** Says how often, and how many at once. */
export interface KillLoop {
  readonly processes: number;
  readonly rounds: number;
  /** The folder of the spool that they share. */
  readonly directory: string;
  readonly endpoint: string;
  /** Whether each is the first process of a container of its own. */
  readonly isIsolated?: boolean;
}

/**
 * Has processes that share a spool killed with SIGKILL at random moments, again and again.
 *
 * Gives the ids of the spans whose `end()` had returned: these have to arrive when a process starts that stays.
 */
export async function killInLoop({ processes, rounds, ...where }: KillLoop): Promise<string[]> {
  const ended: string[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const writers = Array.from({ length: processes }, () => startWriter(where));
    const lives = writers.map(async (writer, index) => {
      // Some while they start, and take over what others have left; some while they write and send.
      if ((round + index) % 3 === 0) await setTimeout(Math.random() * 600);
      else await writer.begun();
      await setTimeout(Math.random() * 200);
      await writer.die();
      ended.push(...writer.ended());
    });
    await Promise.all(lives);
  }
  return ended;
}
