import { errorText } from "../../../docker/error-text.ts";
import { ensurePhoenixVenv } from "../../../docker/phoenix-venv.ts";
import { startTemporaryPhoenix } from "../../../docker/temporary-phoenix.ts";
import { startPhoenixContainer } from "./phoenix-container.ts";

/** A Phoenix for one test run. `origin` says in words where it comes from. */
export interface ObtainedPhoenix {
  readonly url: string;
  readonly origin: string;
  readonly stop: () => Promise<void>;
}

/** Says that this machine has no way to a Phoenix. `reasons` holds a sentence per way that was tried. */
export class NoPhoenixError extends Error {
  readonly reasons: readonly string[];

  constructor(reasons: readonly string[]) {
    super(`There is no Phoenix to test against. ${reasons.join(" ")}`);
    this.reasons = reasons;
  }
}

/**
 * Gets a real Phoenix: the one at PHOENIX_TEST_URL, else a container, else a virtual environment.
 *
 * Errors: an Error when PHOENIX_TEST_URL is set and nothing answers there; a NoPhoenixError when every way failed.
 */
export async function obtainPhoenix(say: (line: string) => void): Promise<ObtainedPhoenix> {
  const given = process.env["PHOENIX_TEST_URL"];
  if (given) return useGiven(given.replace(/\/+$/, ""));
  const reasons: string[] = [];
  for (const way of [startPhoenixContainer, startFromVenv]) {
    try {
      return await way(say);
    } catch (error) {
      reasons.push(errorText(error));
    }
  }
  throw new NoPhoenixError(reasons);
}

async function useGiven(url: string): Promise<ObtainedPhoenix> {
  try {
    const response = await fetch(`${url}/healthz`, { signal: AbortSignal.timeout(10_000) });
    if (!response.ok) throw new Error(`it answered ${response.status}`);
  } catch (error) {
    throw new Error(`PHOENIX_TEST_URL is ${url}, but no Phoenix answers there.`, { cause: error });
  }
  return { url, origin: "PHOENIX_TEST_URL", stop: async () => {} };
}

async function startFromVenv(say: (line: string) => void): Promise<ObtainedPhoenix> {
  const python = await ensurePhoenixVenv((folder) =>
    say(`installing Phoenix into ${folder}, once: about a minute, 850 MB`),
  );
  const server = await startTemporaryPhoenix(python);
  return { url: server.url, origin: "a virtual environment", stop: server.stop };
}
