import { ConfigurationError } from "../errors.ts";
import type { Message } from "../models/message.ts";
import type { ActionStep, Step } from "./steps.ts";
import { toMessages } from "./to-messages.ts";

/** What a function that makes messages of a memory gets beside the steps. */
export interface MemoryContext {
  /** Asks the agent's model; counted and traced as every call of the run. Errors: those of Model.generate. */
  readonly generate: (messages: readonly Message[]) => Promise<string>;
  /** Fires when the run is aborted. */
  readonly signal: AbortSignal;
  /** Whether the model can be shown images. */
  readonly showImages: boolean;
}

/** Makes what the model sees next of all steps of the memory. Called before every step; the memory itself stays whole. */
export type MemoryToMessages = (
  steps: readonly Step[],
  context: MemoryContext,
) => readonly Message[] | Promise<readonly Message[]>;

/** Says what of a memory is kept, and what becomes of the rest. */
export interface KeepRecentStepsOptions {
  /** How many action steps stay whole, the newest. 10 if absent. */
  readonly steps?: number;
  /** False leaves older steps out, and says how many, in place of a summary. True if absent. */
  readonly summarize?: boolean;
}

/**
 * Keeps long conversations short: system prompt, tasks, the newest plan and the last steps stay whole; one message sums up what was done before.
 *
 * Older steps are summed up half as many at a time as stay whole, and never twice: between two summaries the messages only grow, which the caches of
 * endpoints reward. A call and its result are in one step, so they stay or go together.
 * Errors: ConfigurationError, at once, for a number that is none; the function's own are those of `generate`.
 */
export function keepRecentSteps({ steps: kept = 10, summarize = true }: KeepRecentStepsOptions = {}): MemoryToMessages {
  if (!Number.isInteger(kept) || kept < 1) {
    throw new ConfigurationError(`keepRecentSteps: steps is ${kept}; it must be a whole number, 1 or more.`);
  }
  const summaries = new Summaries();
  return async (steps, context) => {
    const { showImages } = context;
    const old = coveredSteps(steps, kept);
    const last = old.at(-1);
    if (!last) return toMessages(steps, { showImages });
    const earlier = old.length === 1 ? "1 earlier step" : `${old.length} earlier steps`;
    const content = summarize
      ? `Summary of your ${earlier}:\n${await summaries.upTo(last, { steps, context })}`
      : `(Left out here: your ${earlier}.)`;
    return withSummary(steps, { old, content, showImages });
  };
}

/** Holds each summary under the last step that it covers. */
class Summaries {
  readonly #texts = new WeakMap<ActionStep, string>();

  /** Gives the summary of all steps up to the last; asks for what has none yet only. */
  async upTo(
    last: ActionStep,
    { steps, context }: { steps: readonly Step[]; context: MemoryContext },
  ): Promise<string> {
    const covered = steps.slice(0, steps.indexOf(last) + 1);
    const start = covered.findLastIndex((step) => step.type === "action" && this.#texts.has(step)) + 1;
    const before = covered[start - 1];
    const previous = before?.type === "action" ? this.#texts.get(before) : undefined;
    if (previous !== undefined && before === last) return previous;
    const { summaryRequest } = await import("./summary-request.ts");
    const text = await context.generate(summaryRequest({ previous, steps: covered.slice(start) }));
    this.#texts.set(last, text);
    return text;
  }
}

/** The action steps that are to be summed up: those before the kept ones, in whole batches. */
function coveredSteps(steps: readonly Step[], kept: number): readonly ActionStep[] {
  const actions = steps.filter((step) => step.type === "action");
  const batch = Math.ceil(kept / 2);
  const tooMany = Math.max(0, actions.length - kept);
  return actions.slice(0, tooMany - (tooMany % batch));
}

/** Puts the summary in the place of the last step that it covers. */
function withSummary(
  steps: readonly Step[],
  { old, content, showImages }: { old: readonly ActionStep[]; content: string; showImages: boolean },
): Message[] {
  const gone = new Set<Step>(old);
  const newestPlan = steps.findLast(({ type }) => type === "planning");
  const isKept = (step: Step): boolean => !gone.has(step) && (step.type !== "planning" || step === newestPlan);
  const border = steps.findLastIndex((step) => gone.has(step));
  const before = steps.slice(0, border).filter(isKept);
  const messages = toMessages([...before, ...steps.slice(border).filter(isKept)], { showImages });
  const place = toMessages(before, { showImages }).length;
  return messages.toSpliced(place, 0, { role: "user", content });
}
