import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { runCommand } from "./child-process.ts";
import { errorText } from "./error-text.ts";
import { isPortFree } from "./free-port.ts";
import { startPhoenixServer } from "./phoenix-server.ts";
import { ensurePhoenixVenv } from "./phoenix-venv.ts";

const HTTP_PORT = 6006;
const GRPC_PORT = 4317;
const PROBE_LIMIT_MS = 20_000;
const COMPOSE_FILE = fileURLToPath(new URL("compose.yaml", import.meta.url));

process.exitCode = await main();

/** Serves Phoenix on port 6006 until Ctrl-C: by Docker Compose where it answers, else from a virtual environment. */
async function main(): Promise<number> {
  for (const port of [HTTP_PORT, GRPC_PORT]) {
    if (await isPortFree(port)) continue;
    console.error(`Port ${port} is taken: ${await occupant(port)}. Phoenix needs ports ${HTTP_PORT} and ${GRPC_PORT}.`);
    return 1;
  }
  const obstacle = await obstacleToCompose();
  return obstacle === undefined ? serveByCompose() : serveFromVenv(obstacle);
}

async function occupant(port: number): Promise<string> {
  try {
    const response = await fetch(`http://localhost:${port}/arize_phoenix_version`, {
      signal: AbortSignal.timeout(3_000),
    });
    if (response.ok) return `a Phoenix ${await response.text()} is at http://localhost:${port} already`;
  } catch {
    // Whatever listens there, it speaks no HTTP.
  }
  return "another program listens there";
}

async function obstacleToCompose(): Promise<string | undefined> {
  try {
    await runCommand(["docker", "info"], { timeoutMs: PROBE_LIMIT_MS });
  } catch {
    return "no Docker engine answers";
  }
  try {
    await runCommand(["docker", "compose", "version"], { timeoutMs: PROBE_LIMIT_MS });
    return undefined;
  } catch {
    return "Docker is here, but not its compose plugin";
  }
}

async function serveByCompose(): Promise<number> {
  console.log(
    `Phoenix by Docker Compose, at http://localhost:${HTTP_PORT} in a moment; Ctrl-C stops it, its data stay.`,
  );
  const child = spawn("docker", ["compose", "-f", COMPOSE_FILE, "up"], { stdio: "inherit" });
  // Compose hears Ctrl-C itself and stops its containers; this process waits for it.
  process.on("SIGINT", () => {});
  process.on("SIGTERM", () => child.kill("SIGTERM"));
  const [code] = await once(child, "exit");
  // 130 is how Compose ends after Ctrl-C.
  return code === 130 ? 0 : Number(code ?? 1);
}

async function serveFromVenv(obstacle: string): Promise<number> {
  const workingDirectory = join(
    process.env["XDG_DATA_HOME"] || join(homedir(), ".local", "share"),
    "vitrine",
    "phoenix",
  );
  console.log(`Phoenix from a Python virtual environment, as ${obstacle}; its data are in ${workingDirectory}`);
  const interrupted = Promise.race([once(process, "SIGINT"), once(process, "SIGTERM")]).then(() => undefined);
  try {
    const python = await ensurePhoenixVenv((folder) =>
      console.log(`Installing it into ${folder}, once: about a minute.`),
    );
    await mkdir(workingDirectory, { recursive: true });
    const options = { python, port: HTTP_PORT, grpcPort: GRPC_PORT, workingDirectory };
    const server = await startPhoenixServer(options);
    console.log(`It is up: http://localhost:${HTTP_PORT} (Ctrl-C stops it)`);
    const lastWords = await Promise.race([interrupted, server.ended]);
    if (lastWords === undefined) {
      await server.stop();
      return 0;
    }
    console.error(`Phoenix ended by itself:${lastWords}`);
  } catch (error) {
    console.error(errorText(error));
    console.error(
      "Phoenix needs Docker with its compose plugin, or Python 3.10 or later and access to a Python package index.",
    );
  }
  return 1;
}
