import { setSession, setUser } from "@arizeai/openinference-core";
import { context } from "@opentelemetry/api";
import { randomBytes } from "node:crypto";
import { stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { type Collector, register } from "vitrine/collector";
import { instrument } from "vitrine/instrumentors";
import { errorText } from "../../docker/error-text.ts";
import { ensurePhoenixVenv } from "../../docker/phoenix-venv.ts";
import { startTemporaryPhoenix } from "../../docker/temporary-phoenix.ts";
import { type PhoenixTrace, spanTreeText, waitForProjectTraces, waitForTrace } from "../phoenix/phoenix-api.ts";
import { type Scene, scenes } from "./scenes.ts";
import { findChromium, takePicture } from "./trace-page.ts";

const FOLDER = fileURLToPath(new URL(".", import.meta.url));

try {
  await main(process.argv.slice(2));
} catch (error) {
  say(errorText(error));
  process.exitCode = 1;
}

/**
 * Takes pictures of runs as Phoenix shows their traces: of all scenes, or of those that are named.
 *
 * The Phoenix is the one at PHOENIX_COLLECTOR_ENDPOINT, else a temporary one.
 */
async function main(names: readonly string[]): Promise<void> {
  const wanted = chooseScenes(names);
  const chromiumPath = findChromium();
  const given = process.env["PHOENIX_COLLECTOR_ENDPOINT"]?.replace(/\/+$/, "");
  const phoenix = given
    ? undefined
    : await startTemporaryPhoenix(await ensurePhoenixVenv((folder) => say(`Installing Phoenix into ${folder}.`)));
  try {
    const url = given ?? phoenix?.url ?? "";
    const trace = startTracing(url, given ? `vitrine-${randomBytes(3).toString("hex")}` : "vitrine");
    for (const scene of wanted) {
      const { spans } = await trace(scene);
      say(`\n${scene.name}\n${spanTreeText(spans)}`);
      const span = scene.select(spans);
      if (!span) throw new Error(`The scene "${scene.name}" finds no span to show.`);
      const file = join((scene.isShown ?? true) ? FOLDER : tmpdir(), `${scene.name}.png`);
      await takePicture({ chromiumPath, url, spanId: span.spanId, file, view: scene.view });
      const { size } = await stat(file);
      say(`${file}: ${Math.ceil(size / 1024)} KB`);
    }
  } finally {
    await phoenix?.stop();
  }
}

function chooseScenes(names: readonly string[]): readonly Scene[] {
  const known = scenes.map(({ name }) => name);
  const unknown = names.filter((name) => !known.includes(name));
  if (unknown.length > 0)
    throw new Error(`There is no scene "${unknown.join('", "')}". There are: ${known.join(", ")}.`);
  return names.length === 0 ? scenes : scenes.filter(({ name }) => names.includes(name));
}

/** Gives what runs a scene and waits for its trace. All traces are of one project. */
function startTracing(url: string, projectName: string): (scene: Scene) => Promise<PhoenixTrace> {
  // By the environment: the examples are processes of their own.
  Object.assign(process.env, { PHOENIX_COLLECTOR_ENDPOINT: url, PHOENIX_PROJECT: projectName });
  const collector = register();
  instrument(collector);
  const known = new Set<string>();
  return async (scene) => {
    await runAsAda(scene, collector);
    const traceIds = await waitForProjectTraces({ url, projectName, traces: known.size + 1 });
    const traceId = traceIds.find((id) => !known.has(id)) ?? "";
    known.add(traceId);
    return waitForTrace({ url, traceId, until: isWhole });
  };
}

/** Each run is a session of its own. */
async function runAsAda({ name, run }: Scene, collector: Collector): Promise<void> {
  const session = setSession(context.active(), { sessionId: `${name}-${randomBytes(3).toString("hex")}` });
  await context.with(setUser(session, { userId: "ada" }), run);
  await collector.forceFlush();
}

function isWhole({ spans }: PhoenixTrace): boolean {
  const ids = new Set(spans.map((span) => span.spanId));
  const orphans = spans.filter((span) => span.parentId !== null && !ids.has(span.parentId));
  return orphans.length === 0 && spans.some((span) => span.parentId === null);
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
