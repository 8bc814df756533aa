import { runCommand } from "../../../../docker/child-process.ts";
import { COMPOSE_ENV, composeFile } from "../compose-files.ts";
import type { Command } from "../means.ts";

const PULL_LIMIT_MS = 300_000;
const LIMIT_MS = 20_000;
/** The first that lets one file replace the ports of another. */
const OLDEST = { major: 2, minor: 24 };

/** Finds a Compose program that is not too old, also where no Docker engine answers. Errors: an Error when there is none. */
export async function findCompose(): Promise<Command> {
  for (const command of [["docker", "compose"], ["docker-compose"]] satisfies Command[]) {
    const version = await runCommand([...command, "version", "--short"], { timeoutMs: LIMIT_MS }).catch(() => "");
    const [major = 0, minor = 0] = version.trim().replace(/^v/, "").split(".").map(Number);
    if (major > OLDEST.major || (major === OLDEST.major && minor >= OLDEST.minor)) return command;
  }
  throw new Error(`There is no Docker Compose of ${OLDEST.major}.${OLDEST.minor} or later.`);
}

/** Sees to it that Compose can start what docker/ describes. Errors: an Error when no Docker engine answers, or an image cannot be pulled. */
export async function pullImages(compose: Command): Promise<void> {
  await runCommand(["docker", "info"], { timeoutMs: LIMIT_MS }).catch((error: unknown) => {
    throw new Error("No Docker engine answers.", { cause: error });
  });
  const pull = ["--file", composeFile("scale"), "pull", "--policy", "missing", "--quiet"];
  await runCommand([...compose, ...pull], { timeoutMs: PULL_LIMIT_MS, env: COMPOSE_ENV });
}
