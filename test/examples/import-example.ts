import { vi } from "vitest";

/**
 * Runs an example in this process, as it runs where the environment names no model: `load` imports it. Gives what the example exports.
 *
 * What it prints is not shown, and its trace goes nowhere.
 */
export async function importExample<Exports>(load: () => Promise<Exports>): Promise<Exports> {
  for (const name of ["OPENAI_API_KEY", "OPENAI_BASE_URL", "HF_TOKEN"]) vi.stubEnv(name, undefined);
  vi.stubEnv("PHOENIX_COLLECTOR_ENDPOINT", "http://127.0.0.1:9");
  vi.spyOn(console, "log").mockReturnValue();
  vi.spyOn(process.stderr, "write").mockReturnValue(true);
  try {
    return await load();
  } finally {
    vi.restoreAllMocks();
    vi.unstubAllEnvs();
  }
}
