import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { onTestFinished } from "vitest";
import { z } from "zod";
import { isolated, LAST_PID } from "./isolate.ts";

/** What a process says that has looked for spans to take over. */
export type Heir = z.output<typeof said>;

/** A process that takes over spans, and stays. */
export interface StayingHeir extends Heir {
  /** Kills it with SIGKILL, and gives when it is no more. */
  die(): Promise<void>;
}

const said = z.object({ pid: z.number(), found: z.array(z.string()) });
const PROGRAM = join(import.meta.dirname, "..", "programs", "spool-heir.ts");
const NODE = [process.execPath, "--import", "tsx", "--conditions=@vitrine/source"] as const;
/** Starts a process that is the first of its container, and gives when it has looked for spans to take over. */
export async function startHeir(directory: string, own: string): Promise<StayingHeir> {
  const child = startInContainer([...NODE, PROGRAM, directory, own]);
  const [heir] = await linesOf(child, 1);
  if (heir === undefined) throw new Error(`"${own}" has said nothing.`);
  return { ...heir, die: async () => kill(child) };
}

/** Runs one after the other in one container, each killed by SIGKILL, and gives every next one the process id that was the first one's. */
export async function runWithOnePid(directory: string, owns: readonly string[]): Promise<readonly Heir[]> {
  const runs = owns.map((own) => `echo 999 > ${LAST_PID}; (exec "$@" ${own} dies 2>&3)`);
  // What the shell says of each that is killed is left out.
  const script = `exec 3>&2 2>/dev/null; ${runs.join("; ")}; true`;
  return linesOf(startInContainer(["sh", "-c", script, "sh", ...NODE, PROGRAM, directory]), owns.length);
}

function startInContainer(program: readonly string[]): ChildProcess {
  const child = spawn(...isolated(program), { stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(async () => kill(child));
  return child;
}

/** Its pipe is closed when the last that holds it is no more: `unshare` itself goes before what it has started. */
async function kill(child: ChildProcess): Promise<void> {
  if (child.stdout?.closed !== false) return;
  const closed = once(child.stdout, "close");
  child.stdout.resume();
  child.kill("SIGKILL");
  await closed;
}

/** Gives the first lines that a process writes; fewer when it ends before. */
async function linesOf({ stdout }: ChildProcess, count: number): Promise<Heir[]> {
  const heirs: Heir[] = [];
  if (stdout === null) return heirs;
  const lines = createInterface({ input: stdout });
  for await (const line of lines) {
    heirs.push(said.parse(JSON.parse(line)));
    if (heirs.length === count) break;
  }
  return heirs;
}
