import { spawnSync } from "node:child_process";
import {
  type ContainerRuntimeClient,
  GenericContainer,
  Wait,
  getContainerRuntimeClient,
  getReaper,
} from "testcontainers";
import { atExit } from "../../../docker/at-exit.ts";
import { PHOENIX_IMAGE, PHOENIX_QUIET_ENV } from "../../../docker/phoenix-release.ts";
import type { ObtainedPhoenix } from "./obtain-phoenix.ts";

const START_LIMIT_MS = 180_000;
const PULL_LIMIT_MS = 300_000;
const PORT = 6006;

/**
 * Starts Phoenix in a container, on a free port.
 *
 * Errors: an Error when no Docker engine answers, or the image can be neither found nor pulled, or it does not start.
 */
export async function startPhoenixContainer(): Promise<ObtainedPhoenix> {
  const client = await getContainerRuntimeClient().catch(() => undefined);
  if (client === undefined) throw new Error("No Docker engine answers.");
  const hasReaper = await isReaperThere(client);
  const starting = new GenericContainer(PHOENIX_IMAGE)
    .withAutoCleanup(hasReaper)
    .withEnvironment(PHOENIX_QUIET_ENV)
    .withExposedPorts(PORT)
    .withWaitStrategy(Wait.forHttp("/healthz", PORT))
    .withStartupTimeout(START_LIMIT_MS)
    .start();
  const container = await within(PULL_LIMIT_MS + START_LIMIT_MS, starting).catch((error: unknown) => {
    throw new Error(`The image ${PHOENIX_IMAGE} did not start.`, { cause: error });
  });
  const release = atExit(() => void (hasReaper || spawnSync("docker", ["rm", "--force", container.getId()])));
  return {
    url: `http://${container.getHost()}:${container.getMappedPort(PORT)}`,
    origin: `a container of ${PHOENIX_IMAGE}`,
    stop: async () => {
      await container.stop();
      release();
    },
  };
}

/** The reaper removes containers of killed runs. It is an image of its own, which a machine may not get; then we do without. */
async function isReaperThere(client: ContainerRuntimeClient): Promise<boolean> {
  try {
    await within(PULL_LIMIT_MS, getReaper(client));
    return true;
  } catch {
    return false;
  }
}

async function within<T>(limitMs: number, promise: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`It took longer than ${limitMs / 1000} s.`)), limitMs);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
