import { join } from "node:path";
import { type Ended, runProgram } from "../support/run-program.ts";

const COMMAND = join(import.meta.dirname, "../../src/cli/vitrine.ts");

/** Runs the `vitrine` command in a process of its own, without the variables that could name a collector. */
export async function runVitrine(args: readonly string[], env: Readonly<Record<string, string>> = {}): Promise<Ended> {
  const inherited = Object.entries(process.env).filter(([name]) => !/^(PHOENIX|OTEL|VITRINE)_|_proxy$/i.test(name));
  return runProgram(COMMAND, args, { ...Object.fromEntries(inherited), ...env });
}
