import { spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout } from "node:timers/promises";
import { isolated } from "./isolate.ts";

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
  /** Whether each is the first process of a container of its own. */
  readonly isIsolated?: boolean;
}

/** Starts a process that ends spans. It has to be killed. */
export function startWriter({ directory, endpoint, isIsolated = false }: Where): Writer {
  const folder = mkdtempSync(join(tmpdir(), "vitrine-test-"));
  const report = join(folder, "ended");
  const args = ["--import", "tsx", "--conditions=@vitrine/source", PROGRAM, endpoint, directory, report];
  const [command, all] = isIsolated ? isolated([process.execPath, ...args]) : [process.execPath, args];
  const child = spawn(command, all, { stdio: ["ignore", "pipe", "inherit"] });
  child.stdout.resume();
  // Its pipe is closed when the last that holds it is no more: what isolates goes before what it has started.
  const gone = once(child, "close");
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
