import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { setTimeout as delay } from "node:timers/promises";
import { lastLines } from "./child-process.ts";
import { PHOENIX_QUIET_ENV } from "./phoenix-release.ts";

const SCRIPT = fileURLToPath(new URL("serve-phoenix.py", import.meta.url));
const HOST = "127.0.0.1";
const START_LIMIT_MS = 180_000;
const STOP_LIMIT_MS = 10_000;
const POLL_MS = 200;
const KEPT_LOG_CHARACTERS = 50_000;

interface PhoenixServerOptions {
  /** A Python that has `arize-phoenix`: see `ensurePhoenixVenv`. */
  readonly python: string;
  readonly port: number;
  readonly grpcPort: number;
  /** Where the database lies; must exist. */
  readonly workingDirectory: string;
}

/** A Phoenix that runs as a child of this process and ends with it. */
export interface PhoenixServer {
  readonly url: string;
  /** Settles when the process has ended, asked for or not, with its last lines. */
  readonly ended: Promise<string>;
  readonly stop: () => Promise<void>;
}

/**
 * Starts Phoenix and waits until it answers.
 *
 * Errors: an Error with the last lines of its log when the process ends before, or does not answer within 180 seconds.
 */
export async function startPhoenixServer(options: PhoenixServerOptions): Promise<PhoenixServer> {
  const child = spawn(options.python, ["-I", "-u", SCRIPT], {
    cwd: options.workingDirectory,
    env: serverEnv(options),
    stdio: ["pipe", "pipe", "pipe"],
  });
  // Before other listeners: whoever removes the working directory at exit must find nobody writing there.
  const killNow = (): void => void child.kill("SIGKILL");
  process.prependOnceListener("exit", killNow);
  const log = keepLog(child);
  const ended = once(child, "close").then(
    () => lastLines(log(), 15),
    (error: unknown) => lastLines(String(error), 1),
  );
  void ended.then(() => process.off("exit", killNow));
  const url = `http://${HOST}:${options.port}`;
  const stop = async (): Promise<void> => stopChild(child, ended);
  const failure = await untilHealthy(url, ended);
  if (failure === undefined) return { url, ended, stop };
  await stop();
  throw new Error(`Phoenix did not start: ${failure}${await ended}`);
}

/** The caller's own Phoenix and OpenTelemetry settings are meant for its programs, not for this server. */
function serverEnv(options: PhoenixServerOptions): NodeJS.ProcessEnv {
  const own = Object.entries(process.env).filter(([name]) => !/^(PHOENIX|OTEL)_/.test(name));
  return {
    ...Object.fromEntries(own),
    ...PHOENIX_QUIET_ENV,
    PHOENIX_HOST: HOST,
    PHOENIX_PORT: String(options.port),
    PHOENIX_GRPC_PORT: String(options.grpcPort),
    PHOENIX_WORKING_DIR: options.workingDirectory,
    // Any file that exists keeps it from downloading 25 MB at each start.
    PHOENIX_WASM_BINARY_PATH: SCRIPT,
  };
}

/** Says what went wrong, or nothing. */
async function untilHealthy(url: string, ended: Promise<string>): Promise<string | undefined> {
  const deadline = Date.now() + START_LIMIT_MS;
  let hasEnded = false;
  void ended.then(() => (hasEnded = true));
  while (!(await isHealthy(url))) {
    if (hasEnded) return "the process ended.";
    if (Date.now() > deadline) return `it did not answer within ${START_LIMIT_MS / 1000} s.`;
    await delay(POLL_MS);
  }
  return undefined;
}

async function isHealthy(url: string): Promise<boolean> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(5_000) });
    await response.body?.cancel();
    return response.ok;
  } catch {
    return false;
  }
}

async function stopChild(child: ChildProcess, ended: Promise<string>): Promise<void> {
  child.kill("SIGTERM");
  const kill = setTimeout(() => child.kill("SIGKILL"), STOP_LIMIT_MS);
  await ended;
  clearTimeout(kill);
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
