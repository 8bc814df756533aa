import { randomBytes } from "node:crypto";
import { stat } from "node:fs/promises";
import { fileURLToPath } from "node:url";
import { runCommand } from "../../docker/child-process.ts";
import { errorText } from "../../docker/error-text.ts";
import { ensurePhoenixVenv } from "../../docker/phoenix-venv.ts";
import { startTemporaryPhoenix } from "../../docker/temporary-phoenix.ts";
import { type PhoenixTrace, spanTreeText, waitForProjectTraces, waitForTrace } from "../phoenix/phoenix-api.ts";
import { findChromium, takePicture } from "./trace-page.ts";

const PICTURE = fileURLToPath(new URL("phoenix-trace.png", import.meta.url));
const EXAMPLE = fileURLToPath(new URL("../../examples/gdp.ts", import.meta.url));
const EXAMPLE_LIMIT_MS = 120_000;

try {
  await main();
} catch (error) {
  say(errorText(error));
  process.exitCode = 1;
}

/**
 * Takes the README's picture: runs the example against a Phoenix and photographs its trace.
 *
 * The Phoenix is the one at PHOENIX_COLLECTOR_ENDPOINT, else a temporary one.
 */
async function main(): Promise<void> {
  const chromiumPath = findChromium();
  const given = process.env["PHOENIX_COLLECTOR_ENDPOINT"]?.replace(/\/+$/, "");
  const phoenix = given
    ? undefined
    : await startTemporaryPhoenix(await ensurePhoenixVenv((folder) => say(`Installing Phoenix into ${folder}.`)));
  try {
    const url = given ?? phoenix?.url ?? "";
    const trace = await traceExample(url, given ? `gdp-${randomBytes(3).toString("hex")}` : "gdp");
    say(spanTreeText(trace.spans));
    await takePicture({ chromiumPath, url, spanId: spanWorthSeeing(trace), file: PICTURE });
    const { size } = await stat(PICTURE);
    say(`${PICTURE}: ${Math.ceil(size / 1024)} KB`);
  } finally {
    await phoenix?.stop();
  }
}

async function traceExample(url: string, projectName: string): Promise<PhoenixTrace> {
  const env: NodeJS.ProcessEnv = { ...process.env, PHOENIX_COLLECTOR_ENDPOINT: url, PHOENIX_PROJECT_NAME: projectName };
  // Without a key the example's model is scripted: the picture is the same each time.
  for (const name of ["OPENAI_API_KEY", "OPENAI_BASE_URL", "HF_TOKEN", "VITRINE_MODEL"]) delete env[name];
  const script = process.argv[2] ?? EXAMPLE;
  await runCommand([process.execPath, "--import", "tsx", "--conditions=@vitrine/source", script], {
    timeoutMs: EXAMPLE_LIMIT_MS,
    env,
  });
  const [traceId = ""] = await waitForProjectTraces({ url, projectName });
  return waitForTrace({ url, traceId, until: isWhole });
}

function isWhole({ spans }: PhoenixTrace): boolean {
  const ids = new Set(spans.map((span) => span.spanId));
  const orphans = spans.filter((span) => span.parentId !== null && !ids.has(span.parentId));
  return orphans.length === 0 && spans.some((span) => span.parentId === null);
}

/** The first model call: the task as it was sent, and the code that the model wrote. */
function spanWorthSeeing({ spans }: PhoenixTrace): string {
  const span = spans.find(({ kind }) => kind === "LLM") ?? spans[0];
  if (!span) throw new Error("The example sent no span.");
  return span.spanId;
}

function say(line: string): void {
  process.stderr.write(`${line}\n`);
}
