#!/usr/bin/env node
import { deliver } from "./deliver.ts";
import { doctor } from "./doctor.ts";

const USAGE = `Usage: vitrine <command>

  doctor [--endpoint URL] [--spool FOLDER]             looks at everything that spans pass on their way, and says what is wrong
  deliver [FOLDER] [--endpoint URL] [--timeout SECONDS]  sends what lies in a spool, and waits; with --again also what was
                                                       delivered and is still kept
`;

const COMMANDS: Readonly<Record<string, (args: string[]) => Promise<number>>> = { doctor, deliver };

void main(process.argv.slice(2));

async function main(args: string[]): Promise<void> {
  process.exitCode = await run(args);
}

async function run([name = "--help", ...args]: string[]): Promise<number> {
  const command = COMMANDS[name];
  if (command !== undefined) return tell(command(args));
  const isAsked = name === "--help" || name === "-h" || name === "help";
  (isAsked ? process.stdout : process.stderr).write(isAsked ? USAGE : `There is no command "${name}".\n\n${USAGE}`);
  return isAsked ? 0 : 2;
}

/** A fault of the user's is a sentence, without a stack. */
async function tell(command: Promise<number>): Promise<number> {
  try {
    return await command;
  } catch (error) {
    process.stderr.write(`vitrine: ${error instanceof Error ? error.message : String(error)}\n`);
    return 2;
  }
}
