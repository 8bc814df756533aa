import { spawn } from "node:child_process";
import { atExit } from "./at-exit.ts";

interface RunOptions {
  readonly timeoutMs: number;
  readonly env?: NodeJS.ProcessEnv;
}

/**
 * Runs a command to its end and gives what it wrote to stdout.
 *
 * Errors: an Error with the command and its last lines when it cannot start, fails, or takes longer than `timeoutMs`.
 */
export async function runCommand(command: readonly [string, ...string[]], options: RunOptions): Promise<string> {
  const [file, ...args] = command;
  const child = spawn(file, args, {
    stdio: ["ignore", "pipe", "pipe"],
    env: options.env ?? process.env,
  });
  // Not spawn's own `timeout`: that timer holds the process when the command does not exist.
  const timer = setTimeout(() => child.kill("SIGKILL"), options.timeoutMs);
  const release = atExit(() => child.kill("SIGKILL"));
  const stdout = collect(child.stdout);
  const stderr = collect(child.stderr);
  try {
    return await new Promise((resolve, reject) => {
      child.once("error", reject);
      child.once("close", (code, signal) => {
        if (code === 0) return resolve(stdout());
        const how = signal === null ? `ended with code ${code}` : `was stopped by ${signal}`;
        reject(new Error(`\`${command.join(" ")}\` ${how}: ${lastLines(stderr() || stdout(), 5)}`));
      });
    });
  } finally {
    clearTimeout(timer);
    release();
  }
}

/** Cuts a log down to its last lines, each indented under the sentence that quotes it. */
export function lastLines(log: string, count: number): string {
  const lines = log.trimEnd().split("\n").slice(-count);
  return lines.map((line) => `\n    ${line}`).join("");
}

function collect(stream: NodeJS.ReadableStream): () => string {
  let text = "";
  stream.setEncoding("utf8");
  stream.on("data", (chunk: string) => {
    text = (text + chunk).slice(-100_000);
  });
  return () => text;
}
