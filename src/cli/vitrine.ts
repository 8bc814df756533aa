#!/usr/bin/env node
import { createRequire } from "node:module";
import { type CommandHelp, helpOf, lineOf } from "./command-help.ts";
import { deliver, DELIVER_HELP } from "./deliver.ts";
import { doctor, DOCTOR_HELP } from "./doctor.ts";

interface Command {
  readonly run: (args: string[]) => Promise<number>;
  readonly help: CommandHelp;
}

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ["doctor", { run: doctor, help: DOCTOR_HELP }],
  ["deliver", { run: deliver, help: DELIVER_HELP }],
]);

const USAGE = `Usage: vitrine <command>

${[...COMMANDS.values()].map(({ help }) => lineOf(help)).join("")}
vitrine <command> --help explains its options, vitrine --version prints the version.
`;

process.stdout.on("error", ignoreClosedPipe);
void main(process.argv.slice(2));

async function main(args: string[]): Promise<void> {
  process.exitCode = await run(args);
}

async function run([name = "--help", ...args]: string[]): Promise<number> {
  const command = COMMANDS.get(name);
  if (command !== undefined) return args.some(isHelp) ? print(helpOf(command.help)) : tell(command.run(args));
  if (isHelp(name) || name === "help") return print(USAGE);
  if (name === "--version" || name === "-v") return print(`${version()}\n`);
  process.stderr.write(`There is no command "${name}".\n\n${USAGE}`);
  return 2;
}

/** Who reads the first lines only, as `head` does, has read enough; what was begun goes on. */
function ignoreClosedPipe(error: NodeJS.ErrnoException): void {
  if (error.code !== "EPIPE") throw error;
}

function isHelp(argument: string): boolean {
  return argument === "--help" || argument === "-h";
}

function print(text: string): number {
  process.stdout.write(text);
  return 0;
}

function version(): string {
  const about: { version: string } = createRequire(import.meta.url)("vitrine/package.json");
  return about.version;
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
