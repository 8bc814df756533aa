import { spawnSync } from "node:child_process";
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { atExit } from "../../../docker/at-exit.ts";
import { runCommand } from "../../../docker/child-process.ts";
import { freePort } from "../../../docker/free-port.ts";
import { COMPOSE_ENV, composeFile } from "./compose-files.ts";
import { composeCommand } from "./means.ts";

const START_LIMIT_MS = 240_000;
const LIMIT_MS = 120_000;

interface ProjectSettings {
  readonly file: "gateway" | "scale";
  /** The service that takes OTLP over HTTP, and the one that shows Phoenix. */
  readonly services: { readonly otlp: string; readonly phoenix: string };
  /** Other services whose ports are not published, as two runs would get in each other's way. */
  readonly unpublished?: readonly string[];
}

/** What a compose file describes, running, until the test ends. */
interface ComposeProject {
  readonly otlpUrl: string;
  readonly phoenixUrl: string;
  /** Ends the service's process at once, as a crash does. */
  kill(service: string): Promise<void>;
  /** Starts the containers of these services again, on the same data. */
  start(...services: string[]): Promise<void>;
}

/** Starts everything that a compose file describes, on free ports, and waits until it is healthy. Nothing of it is left when the test ends. */
export async function startProject({ file, services, unpublished = [] }: ProjectSettings): Promise<ComposeProject> {
  const folder = await mkdtemp(join(tmpdir(), "vitrine-compose-"));
  const [otlp, phoenix] = [await freePort(), await freePort()];
  const ports = join(folder, "ports.yaml");
  const lines = [
    `${services.otlp}: { ports: !override ["127.0.0.1:${otlp}:4318"] }`,
    `${services.phoenix}: { ports: !override ["127.0.0.1:${phoenix}:6006"] }`,
    ...unpublished.map((service) => `${service}: { ports: !reset [] }`),
  ];
  await writeFile(ports, ["services:", ...lines].join("\n  "));
  const [program, ...first] = composeCommand();
  const name = `vitrine-test-${randomUUID().slice(0, 8)}`;
  const common = [...first, "--project-name", name, "--file", composeFile(file), "--file", ports];
  const run = async (timeoutMs: number, ...args: string[]): Promise<void> => {
    await runCommand([program, ...common, ...args], { timeoutMs, env: COMPOSE_ENV });
  };
  const down = ["down", "--volumes", "--timeout", "0"];
  const release = atExit(() => spawnSync(program, [...common, ...down], { env: COMPOSE_ENV }));
  onTestFinished(async () => {
    await run(LIMIT_MS, ...down);
    release();
    await rm(folder, { recursive: true, force: true });
  });
  await run(START_LIMIT_MS, "up", "--detach", "--wait");
  return {
    otlpUrl: `http://127.0.0.1:${otlp}`,
    phoenixUrl: `http://127.0.0.1:${phoenix}`,
    kill: async (service) => run(LIMIT_MS, "kill", "--signal", "SIGKILL", service),
    start: async (...names) => run(START_LIMIT_MS, "start", ...names),
  };
}
