import { existsSync } from "node:fs";
import { deliverSpool } from "../collector/deliver-spool.ts";
import type { CommandHelp } from "./command-help.ts";
import { readArguments, withNegativeNumbers } from "./read-arguments.ts";

/** Says how `vitrine deliver` is called. */
export const DELIVER_HELP: CommandHelp = {
  synopsis: "deliver [FOLDER] [--endpoint URL] [--timeout SECONDS] [--again]",
  does: "sends what processes that are no more have left in a spool, and waits until it is taken",
  args: {
    FOLDER: "the spool; if absent VITRINE_SPOOL, else .vitrine/spool",
    "--endpoint URL": "where to, as the program names it that left the spans; if absent, where the environment says",
    "--timeout SECONDS": "how long to wait, 60 if absent",
    "--again": "sends also what was delivered and is still kept",
  },
};

/** Sends what lies in a spool, prints what became of it; gives 1 when something is left. Errors: rejects for unknown arguments, and for a folder that is none. */
export async function deliver(args: string[]): Promise<number> {
  const { values, positionals } = readArguments("deliver", {
    args: withNegativeNumbers(args),
    allowPositionals: true,
    options: { again: { type: "boolean" }, endpoint: { type: "string" }, timeout: { type: "string", default: "60" } },
  });
  const seconds = Number(values.timeout);
  if (!(seconds > 0)) throw new Error(`--timeout wants a number of seconds above 0, not "${values.timeout}".`);
  const report = await deliverSpool({
    directory: folderIn(positionals),
    endpoint: values.endpoint,
    again: values.again,
    timeoutMs: seconds * 1_000,
  });
  process.stdout.write(`${report.sentences.join("\n")}\n`);
  return report.isComplete ? 0 : 1;
}

function folderIn([folder, ...others]: readonly string[]): string | undefined {
  if (others.length > 0) throw new Error(`deliver takes one folder, and was given ${others.length + 1}.`);
  if (folder === undefined || existsSync(folder)) return folder;
  throw new Error(`There is no folder "${folder}": a spool is .vitrine/spool in the folder where the program runs.`);
}
