import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { type Ended, runProgram } from "../support/run-program.ts";

const COMMAND = join(import.meta.dirname, "../../src/cli/vitrine.ts");

/** Runs the `vitrine` command in a process of its own, without the variables that could name a collector. */
export async function runVitrine(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  return runProgram(COMMAND, args, { ...withoutCollector(), ...env });
}

/** Runs it with an output that nobody reads any more, as behind `head`; gives how it ended, and what it wrote to stderr. */
export async function runUnread(args: readonly string[]): Promise<Pick<Ended, "code" | "stderr">> {
  const flags = ["--import", "tsx", "--conditions=@vitrine/source"];
  const child = spawn(process.execPath, [...flags, COMMAND, ...args], {
    env: withoutCollector(),
    stdio: ["ignore", "pipe", "pipe"],
  });
  child.stdout.destroy();
  const pieces: Buffer[] = [];
  child.stderr.on("data", (piece: Buffer) => pieces.push(piece));
  const [code]: (number | null)[] = await once(child, "close");
  return { code: code ?? null, stderr: Buffer.concat(pieces).toString() };
}

function withoutCollector(): NodeJS.ProcessEnv {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PHOENIX|OTEL|VITRINE)_|_proxy$/i.test(name));
  return Object.fromEntries(inherited);
}
