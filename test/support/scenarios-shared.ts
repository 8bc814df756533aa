import { CodeAgent, type ImagePart, type Model, type RunResult, tool, ToolCallingAgent } from "vitrine";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { z } from "zod";
import { search } from "./scripted-agents.ts";

/** A run that is made once with a script, and once more with what was recorded of it: the agents are the same, but for their model. */
export interface Scenario {
  readonly name: string;
  readonly script: () => ScriptedModel;
  readonly run: (model: Model) => Promise<RunResult>;
  /** Whether calls go on at the same time: they come in any order then. */
  readonly isParallel?: boolean;
  /** How a replay ends, where not as the run itself: what a model would have said that was not let finish is in no recording. */
  readonly endsAgain?: unknown;
}

type CallerOptions = ConstructorParameters<typeof ToolCallingAgent>[0];
type CoderOptions = ConstructorParameters<typeof CodeAgent>[0];

/** Images, of the shortest kind, and of an address. */
export const CAR: ImagePart = { type: "image", url: "data:image/png;base64,iVBORw0KGgo=" };
export const PHOTO: ImagePart = { type: "image", url: "https://example.org/photo.jpg" };

/** What is hard to store. */
export const ODD = "a\0b \uD800 c \u2028 é 🦊 \\u0000 \r\n\t";

const draw = tool({
  name: "draw",
  description: "Draws.",
  inputSchema: z.object({}),
  execute: (): ImagePart => ({ ...CAR }),
});

const show = tool({
  name: "show",
  description: "Shows an image, and says what it does.",
  inputSchema: z.object({ image: z.unknown() }),
  execute: ({ image }, { log, showImage }) => {
    log("Here it is:", showImage({ ...PHOTO }));
    return { seen: image, size: [1, null, 2.5] };
  },
});

const odd = tool({
  name: "odd",
  description: "Gives what is hard to store.",
  inputSchema: z.object({}),
  execute: () => ODD,
});

/** The tools of every agent: one that searches, and fails for "bad"; two of images; one whose result is hard to store. */
export const tools = [search, draw, show, odd];

/** Makes a tool-calling agent. */
export function callerOf(model: Model, options: Partial<CallerOptions> = {}): ToolCallingAgent {
  return new ToolCallingAgent({ model, tools, console: false, ...options });
}

/** Makes a code agent. */
export function coderOf(model: Model, options: Partial<CoderOptions> = {}): CodeAgent {
  return new CodeAgent({ model, tools, console: false, ...options });
}

/** Makes an agent to be managed. */
export function workerOf(model: Model, options: Partial<CallerOptions> = {}): ToolCallingAgent {
  return callerOf(model, { name: "worker", description: "Works.", ...options });
}

/** Makes a script of replies. */
export function plays(...replies: readonly ScriptedReply[]): () => ScriptedModel {
  return () => new ScriptedModel(replies);
}

/** A text of so many words, none of them twice: what a limit cuts out of it is missed. */
export function words(count: number, word = "word"): string {
  return Array.from({ length: count }, (_, index) => `${word}${index}`).join(" ");
}
