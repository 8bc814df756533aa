import { inspect } from "node:util";
import { AgentError, type RunResult } from "vitrine";

/**
 * Prints the answer of a run, what it took, and the limit that ended it, if one did.
 *
 * A run that an AgentError rejects is told of as well, and gives undefined: a weak model is no reason to crash.
 */
export async function sayWhatCameOut(run: Promise<RunResult>): Promise<RunResult | undefined> {
  try {
    const result = await run;
    const { output, stopReason, steps, usage } = result;
    // At a limit, the answer that the model was made to give is no step that it took.
    const taken = steps.filter((step) => step.type === "action" && !(step.isFinalAnswer && step.error)).length;
    console.log(`Answer: ${typeof output === "string" ? output : inspect(output, { maxStringLength: 80 })}`);
    console.log(`It took ${taken} steps and ${usage.totalTokens} tokens, and ended by: ${stopReason}.`);
    return result;
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    console.log(`No answer: ${error.name}: ${error.message}`);
    process.exitCode = 1;
    return undefined;
  }
}
