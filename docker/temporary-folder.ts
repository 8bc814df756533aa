import { rmSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { atExit } from "./at-exit.ts";
import type { RunningServer } from "./server-process.ts";

/**
 * Starts a server that works in a new folder, which is removed when it stops, and when this process exits.
 *
 * `name` becomes a part of the folder's name.
 */
export async function inTemporaryFolder<Server extends RunningServer>(
  name: string,
  start: (folder: string) => Promise<Server>,
): Promise<Server> {
  const folder = await mkdtemp(join(tmpdir(), `vitrine-${name}-`));
  const release = atExit(() => rmSync(folder, { recursive: true, force: true }));
  const remove = async (): Promise<void> => {
    release();
    await rm(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    const server = await start(folder);
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
