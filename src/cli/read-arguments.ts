import { parseArgs, type ParseArgsConfig } from "node:util";

/**
 * Reads the arguments of a command, as `parseArgs` does.
 *
 * Errors: throws one plain sentence for what the command does not know, and says what lists what it does.
 */
export function readArguments<const Config extends ParseArgsConfig>(
  command: string,
  config: Config,
): ReturnType<typeof parseArgs<Config>> {
  try {
    return parseArgs(config);
  } catch (error) {
    // Behind the first sentence Node explains how to write what nobody meant.
    const [fact = ""] = (error instanceof Error ? error.message : String(error)).split(/\.\s/);
    throw new Error(`${fact.replace(/\.$/, "")}: vitrine ${command} --help lists what it takes.`, { cause: error });
  }
}

/** Binds negative numbers to the options before them: `parseArgs` would take them for options, but none begins with a digit. */
export function withNegativeNumbers(args: readonly string[]): string[] {
  const joined: string[] = [];
  for (const argument of args) {
    const before = joined.at(-1);
    const isValue = /^-\.?\d/.test(argument) && before !== undefined && /^--[^=]+$/.test(before);
    if (isValue) joined[joined.length - 1] = `${before}=${argument}`;
    else joined.push(argument);
  }
  return joined;
}
