import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";

const PROGRAM = join(import.meta.dirname, "..", "programs", "spool-writer.ts");
/** For machines that are slow or busy. */
const DEADLINE_MS = 30_000;

/** A process that ends spans without a pause. */
interface Writer {
  /** Gives when the first spans have ended. */
  begun(): Promise<void>;
  /** Gives the ids of the spans whose end the process had got past; they are their names too. */
  ended(): string[];
  kill(signal: NodeJS.Signals): void;
  /** Kills it with SIGKILL, and gives when it is no more. */
  die(): Promise<void>;
}

interface Where {
  /** The folder of its spool. */
  readonly directory: string;
  readonly endpoint: string;
}

/** Starts a process that ends spans. It has to be killed. */
export function startWriter({ directory, endpoint }: Where): Writer {
  const folder = mkdtempSync(join(tmpdir(), "vitrine-test-"));
  const report = join(folder, "ended");
  const args = ["--import", "tsx", "--conditions=@vitrine/source", PROGRAM, endpoint, directory, report];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "ignore", "inherit"] });
  const gone = once(child, "exit");
  let last: string[] | undefined;
  const ended = () => (existsSync(report) ? readFileSync(report, "utf8").split("\n").filter(Boolean) : []);
  return {
    begun: async () => {
      const deadline = Date.now() + DEADLINE_MS;
      while (ended().length === 0) {
        if (Date.now() > deadline) throw new Error(`No span has ended in ${DEADLINE_MS} ms.`);
        await setTimeout(20);
      }
    },
    ended: () => last ?? ended(),
    kill: (signal) => void child.kill(signal),
    die: async () => {
      child.kill("SIGKILL");
      await gone;
      last ??= ended();
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
