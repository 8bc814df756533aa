import { execFile } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

/**
 * Runs one of the programs `spool-….ts` in a process of its own, with a spool of its own that is removed, and gives what it has measured.
 *
 * Errors: rejects with what the program wrote to stderr when it fails.
 */
export async function runSpoolProgram<Result>(name: "cost" | "burst" | "outage", order: unknown): Promise<Result> {
  const spool = mkdtempSync(join(tmpdir(), "vitrine-bench-spool-"));
  const program = fileURLToPath(new URL(`spool-${name}.ts`, import.meta.url));
  const args = ["--expose-gc", "--import", "tsx", "--conditions=@vitrine/source", program, JSON.stringify(order)];
  try {
    const env = { ...process.env, VITRINE_SPOOL: spool };
    const { stdout } = await promisify(execFile)(process.execPath, args, { env });
    const result: Result = JSON.parse(stdout);
    return result;
  } finally {
    rmSync(spool, { recursive: true, force: true });
  }
}
