import { freePort } from "./free-port.ts";
import { type PhoenixServer, startPhoenixServer } from "./phoenix-server.ts";
import { inTemporaryFolder } from "./temporary-folder.ts";

const ATTEMPTS = 3;

interface TemporaryPhoenixOptions {
  /** Where it stores, see `startPhoenixServer`. An SQLite file that is removed with the rest if absent. */
  readonly databaseUrl?: string;
}

/**
 * Starts a Phoenix that leaves nothing behind: free ports of 127.0.0.1, and a folder that is removed when it stops.
 *
 * `python` is what `ensurePhoenixVenv` gives.
 */
export async function startTemporaryPhoenix(
  python: string,
  options: TemporaryPhoenixOptions = {},
): Promise<PhoenixServer> {
  return inTemporaryFolder("phoenix", async (workingDirectory) =>
    startOnFreePorts({ python, workingDirectory, ...options }),
  );
}

type Place = Omit<Parameters<typeof startPhoenixServer>[0], "port" | "grpcPort">;

/** Between asking for a free port and using it somebody else may take it: then two others are tried. */
async function startOnFreePorts(place: Place, attempt = 1): Promise<PhoenixServer> {
  try {
    const [port, grpcPort] = [await freePort(), await freePort()];
    return await startPhoenixServer({ ...place, port, grpcPort });
  } catch (error) {
    if (attempt === ATTEMPTS || !/address already in use|failed to bind/i.test(String(error))) throw error;
    return startOnFreePorts(place, attempt + 1);
  }
}
