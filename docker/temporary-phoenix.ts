import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atExit } from "./at-exit.ts";
import { freePort } from "./free-port.ts";
import { type PhoenixServer, startPhoenixServer } from "./phoenix-server.ts";

const ATTEMPTS = 3;

/**
 * Starts a Phoenix that leaves nothing behind: free ports of 127.0.0.1, and a folder that is removed when it stops.
 *
 * `python` is what `ensurePhoenixVenv` gives.
 */
export async function startTemporaryPhoenix(python: string): Promise<PhoenixServer> {
  const workingDirectory = await mkdtemp(join(tmpdir(), "vitrine-phoenix-"));
  const release = atExit(() => rmSync(workingDirectory, { recursive: true, force: true }));
  const remove = async (): Promise<void> => {
    release();
    await rm(workingDirectory, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const server = await startOnFreePorts(python, workingDirectory);
    const stop = async (): Promise<void> => {
      await server.stop();
      await remove();
    };
    return { ...server, stop };
  } catch (error) {
    await remove();
    throw error;
  }
}

/** Between asking for a free port and using it somebody else may take it: then two others are tried. */
async function startOnFreePorts(python: string, workingDirectory: string, attempt = 1): Promise<PhoenixServer> {
  try {
    const [port, grpcPort] = [await freePort(), await freePort()];
    return await startPhoenixServer({ python, port, grpcPort, workingDirectory });
  } catch (error) {
    if (attempt === ATTEMPTS || !/address already in use|failed to bind/i.test(String(error))) throw error;
    return startOnFreePorts(python, workingDirectory, attempt + 1);
  }
}
