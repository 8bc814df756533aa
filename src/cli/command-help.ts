/** Says how a command is called. */
export interface CommandHelp {
  /** The command with its arguments. */
  readonly synopsis: string;
  /** One sentence, that goes on after the name of the command. */
  readonly does: string;
  /** Each argument, and what it means. */
  readonly args: Readonly<Record<string, string>>;
}

const ARGUMENT_COLUMNS = 19;

/** Writes what is said of a command among others. */
export function lineOf({ synopsis, does }: CommandHelp): string {
  return `  ${synopsis}\n      ${does}\n`;
}

/** Writes what a command says of itself. */
export function helpOf({ synopsis, does, args }: CommandHelp): string {
  const lines = Object.entries(args).map(([name, meaning]) => `  ${name.padEnd(ARGUMENT_COLUMNS)}${meaning}\n`);
  return `Usage: vitrine ${synopsis}\n\nThis command ${does}.\n\n${lines.join("")}`;
}
