import { statSync } from "node:fs";
import { deliverSpool } from "../collector/deliver-spool.ts";
import { readArguments } from "./read-arguments.ts";

/** Says how `vitrine deliver` is called. */
export const DELIVER_USAGE = `  deliver [FOLDER] [--endpoint URL] [--timeout SECONDS]  sends what lies in a spool, and waits; with --again also what was
                                                       delivered and is still kept
`;

/** Sends what lies in a spool, prints what became of it; gives 1 when something is left. Errors: rejects for unknown arguments, and for a folder that is none. */
export async function deliver(args: string[]): Promise<number> {
  const { values, positionals } = readArguments("deliver", {
    args,
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
  if (folder === undefined || statSync(folder, { throwIfNoEntry: false })?.isDirectory() === true) return folder;
  throw new Error(`There is no folder "${folder}": a spool is .vitrine/spool in the folder where the program runs.`);
}
