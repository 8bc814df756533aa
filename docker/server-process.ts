import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { lastLines } from "./child-process.ts";

const START_LIMIT_MS = 180_000;
const STOP_LIMIT_MS = 10_000;
const POLL_MS = 100;
const KEPT_LOG_CHARACTERS = 50_000;

interface ServerCommand {
  /** What it is called in errors. */
  readonly name: string;
  readonly command: readonly [file: string, ...args: string[]];
  readonly cwd: string;
  readonly env: NodeJS.ProcessEnv;
  /** Asked again and again, with what the server has written so far. */
  readonly isReady: (log: string) => boolean | Promise<boolean>;
}

/** A server that runs as a child of this process and ends with it. */
export interface RunningServer {
  /** Settles when the process has ended, asked for or not, with its last lines. */
  readonly ended: Promise<string>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts a server and waits until it is ready. Its stdin stays open for as long as this process lives.
 *
 * Errors: an Error with the last lines of its log when the process ends before, or is not ready within 180 seconds.
 */
export async function startServer(server: ServerCommand): Promise<RunningServer> {
  const [file, ...args] = server.command;
  const child = spawn(file, args, {
    cwd: server.cwd,
    env: server.env,
    stdio: ["pipe", "pipe", "pipe"],
    // A process group of its own, so that whatever it starts can be killed with it.
    detached: true,
  });
  // Before other listeners: whoever removes the working directory at exit must find nobody writing there.
  const killNow = (): void => killGroup(child);
  process.prependOnceListener("exit", killNow);
  const log = keepLog(child);
  const ended = once(child, "close").then(
    () => lastLines(log(), 15),
    (error: unknown) => lastLines(String(error), 1),
  );
  void ended.then(() => process.off("exit", killNow));
  const stop = async (): Promise<void> => stopChild(child, ended);
  const failure = await untilReady(async () => server.isReady(log()), ended);
  if (failure === undefined) return { ended, stop };
  await stop();
  throw new Error(`${server.name} did not start: ${failure}${await ended}`);
}

/** Tells whether something answers a GET with a success. */
export async function isAnswering(url: string): Promise<boolean> {
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

/** Says what went wrong, or nothing. */
async function untilReady(isReady: () => Promise<boolean>, ended: Promise<string>): Promise<string | undefined> {
  const deadline = Date.now() + START_LIMIT_MS;
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  while (!(await isReady())) {
    if (hasEnded) return "the process ended.";
    if (Date.now() > deadline) return `it was not ready within ${START_LIMIT_MS / 1000} s.`;
    await delay(POLL_MS);
  }
  return undefined;
}

async function stopChild(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill("SIGTERM");
  const kill = setTimeout(() => killGroup(child), STOP_LIMIT_MS);
  await ended;
  clearTimeout(kill);
}

function killGroup({ pid }: ChildProcess): void {
  try {
    if (pid !== undefined) process.kill(-pid, "SIGKILL");
  } catch {
    // It has ended just now.
  }
}

function keepLog(child: ChildProcess): () => string {
  let text = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream?.setEncoding("utf8");
    stream?.on("data", (chunk: string) => {
      text = (text + chunk).slice(-KEPT_LOG_CHARACTERS);
    });
  }
  return () => text;
}
