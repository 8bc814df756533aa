import { describe, expect, it } from "vitest";
import { runCommand } from "../../../docker/child-process.ts";
import { COMPOSE_ENV, COMPOSE_SECRETS, dockerFile } from "./compose-files.ts";
import { composeCommand, means } from "./means.ts";

const LIMIT_MS = 30_000;

describe.skipIf(means.compose === null)("Compose", () => {
  it.each([
    "compose.yaml",
    "compose.gateway.yaml",
    "compose.scale.yaml",
    "compose.scale.yaml with compose.sampling.yaml",
  ])("finds valid: %s", async (files) => {
    await expect(check(files.split(" with "))).resolves.toBe("");
  });

  it.each(Object.keys(COMPOSE_SECRETS))("starts nothing without %s, and says so", async (secret) => {
    const env = { ...COMPOSE_ENV, [secret]: "" };

    await expect(check(["compose.scale.yaml"], env)).rejects.toThrow(
      `${secret} is missing a value: see docker/README.md`,
    );
  });
});

async function check(files: readonly string[], env = COMPOSE_ENV): Promise<string> {
  const named = files.map((file) => `--file=${dockerFile(file)}`);
  // A developer's own docker/.env is not read.
  return runCommand([...composeCommand(), "--env-file", "/dev/null", ...named, "config", "--quiet"], {
    timeoutMs: LIMIT_MS,
    env,
  });
}
