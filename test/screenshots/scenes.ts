import { fileURLToPath } from "node:url";
import { runCommand } from "../../docker/child-process.ts";
import type { PhoenixSpan } from "../phoenix/phoenix-api.ts";
import { callFromCode, failForGood, lookAtImages, recoverFromATool, talkForLong } from "./runs.ts";
import type { View } from "./trace-page.ts";

/** One run, and what is to be seen of it. */
export interface Scene {
  /** Names the picture: `{name}.png`. */
  readonly name: string;
  /** Runs an agent, traced into the Phoenix that the environment names. */
  readonly run: () => Promise<unknown>;
  /** Chooses a span, of those of the run in the order of their start. */
  readonly select: (spans: readonly PhoenixSpan[]) => PhoenixSpan | undefined;
  readonly view?: View;
  /** Whether the picture is shown to readers, and so lies beside this file; if not, it goes into the system's temporary folder. True if absent. */
  readonly isShown?: boolean;
}

const EXAMPLE_LIMIT_MS = 120_000;

/** What there is to look at, each a run of its own. */
export const scenes: readonly Scene[] = [
  { name: "managed-agent", run: async () => runExample("gdp.ts"), select: (spans) => spans.find(isKind("LLM")) },
  { name: "recovered-tool", run: recoverFromATool, select: (spans) => spans.find(({ status }) => status === "ERROR") },
  {
    name: "image",
    run: lookAtImages,
    select: (spans) => spans.findLast(isKind("LLM")),
    view: { open: ["New task:"] },
  },
  {
    name: "long-conversation",
    run: talkForLong,
    select: (spans) => spans.findLast(isKind("LLM")),
    view: { scrollTo: "Metadata" },
  },
  { name: "code-calls", run: callFromCode, select: (spans) => spans.find(({ name }) => name === "code_interpreter") },
  { name: "failed-run", run: failForGood, select: (spans) => spans.findLast(isKind("LLM")) },
  {
    name: "planning",
    run: async () => runExample("cheetah.ts"),
    select: (spans) => spans.find(isKind("LLM")),
    isShown: false,
  },
];

function isKind(wanted: string) {
  return ({ kind }: PhoenixSpan): boolean => kind === wanted;
}

/** In a process of its own: a script of the examples is a program. Without a key its model is scripted, and the picture the same each time. */
async function runExample(file: string): Promise<void> {
  const path = fileURLToPath(new URL(`../../examples/${file}`, import.meta.url));
  const env: NodeJS.ProcessEnv = { ...process.env };
  for (const name of ["OPENAI_API_KEY", "OPENAI_BASE_URL", "HF_TOKEN", "VITRINE_MODEL"]) delete env[name];
  await runCommand([process.execPath, "--import", "tsx", "--conditions=@vitrine/source", path], {
    timeoutMs: EXAMPLE_LIMIT_MS,
    env,
  });
}
