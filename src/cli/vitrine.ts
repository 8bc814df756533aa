#!/usr/bin/env node
import { createRequire } from "node:module";
import { deliver, DELIVER_USAGE } from "./deliver.ts";
import { doctor, DOCTOR_USAGE } from "./doctor.ts";

interface Command {
  readonly run: (args: string[]) => Promise<number>;
  readonly usage: string;
}

const COMMANDS: ReadonlyMap<string, Command> = new Map([
  ["doctor", { run: doctor, usage: DOCTOR_USAGE }],
  ["deliver", { run: deliver, usage: DELIVER_USAGE }],
]);

const USAGE = `Usage: vitrine <command>

${[...COMMANDS.values()].map(({ usage }) => usage).join("")}
  --version                                            prints the version
`;

void main(process.argv.slice(2));

async function main(args: string[]): Promise<void> {
  process.exitCode = await run(args);
}

async function run([name = "--help", ...args]: string[]): Promise<number> {
  const command = COMMANDS.get(name);
  if (command !== undefined)
    return args.some(isHelp) ? print(`Usage: vitrine\n\n${command.usage}`) : tell(command.run(args));
  if (isHelp(name) || name === "help") return print(USAGE);
  if (name === "--version" || name === "-v") return print(`${version()}\n`);
  process.stderr.write(`There is no command "${name}".\n\n${USAGE}`);
  return 2;
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
