import { parseArgs } from "node:util";
import { deliverSpool } from "../collector/deliver-spool.ts";

/** Sends what lies in a spool, prints what became of it; gives 1 when something is left. Errors: rejects for unknown arguments. */
export async function deliver(args: string[]): Promise<number> {
  const { values, positionals } = parseArgs({
    args,
    allowPositionals: true,
    options: { again: { type: "boolean" }, endpoint: { type: "string" }, timeout: { type: "string", default: "60" } },
  });
  const [directory] = positionals;
  const seconds = Number(values.timeout);
  if (!(seconds > 0)) throw new Error(`--timeout wants a number of seconds above 0, not "${values.timeout}".`);
  const report = await deliverSpool({
    directory,
    endpoint: values.endpoint,
    again: values.again,
    timeoutMs: seconds * 1_000,
  });
  process.stdout.write(`${report.sentences.join("\n")}\n`);
  return report.isComplete ? 0 : 1;
}
