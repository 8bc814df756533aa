import { fileURLToPath } from "node:url";

/** The secrets that the compose files ask for, for the tests. */
export const COMPOSE_SECRETS = {
  POSTGRES_PASSWORD: "not a secret/@:",
  PHOENIX_SECRET: "0123456789abcdef0123456789abcdef",
  PHOENIX_ADMIN_SECRET: "fedcba9876543210fedcba9876543210",
  PHOENIX_ADMIN_PASSWORD: "not a secret",
} as const;

/** The environment in which Compose is called: this process's, with those secrets, and without the caller's own key. */
export const COMPOSE_ENV: NodeJS.ProcessEnv = { ...process.env, PHOENIX_API_KEY: "", ...COMPOSE_SECRETS };

/** Gives the path of `docker/compose.<name>.yaml`. */
export function composeFile(name: "gateway" | "scale"): string {
  return dockerFile(`compose.${name}.yaml`);
}

/** Gives the path of a file in docker/. */
export function dockerFile(name: string): string {
  return fileURLToPath(new URL(`../../../docker/${name}`, import.meta.url));
}
