import { untilAborted } from "../abort.ts";
import { FinalAnswerCheckError, toError } from "../errors.ts";
import { checkValue, type Schema } from "../tools/schema.ts";
import type { AgentRun } from "./agent-run.ts";

/**
 * Checks a final answer: against the schema, if there is one, then by every check, in order. Gives the answer as the schema reads it.
 *
 * Errors: FinalAnswerCheckError at the first that refuses it, with its reason.
 * Source: smolagents agents.py, _validate_final_answer; there a check that gives false leaves the model without a reason.
 */
export async function checkFinalAnswer(
  answer: unknown,
  { run, outputSchema }: { readonly run: AgentRun; readonly outputSchema: Schema | undefined },
): Promise<unknown> {
  const { signal } = run;
  const checked = outputSchema ? await checkShape(answer, { outputSchema, signal }) : answer;
  const view = { memory: run.memory, agent: run.agent };
  for (const check of run.settings.finalAnswerChecks ?? []) {
    const verdict = await untilAborted(
      verdictOf(() => check(checked, view)),
      signal,
    );
    if (verdict === true) continue;
    const reason = typeof verdict === "string" ? verdict : "it gave no reason";
    const who = check.name === "" ? "a check" : `the check "${check.name}"`;
    throw new FinalAnswerCheckError(
      `The final answer was refused by ${who}: ${reason}. Mend the answer, then give it again.`,
    );
  }
  return checked;
}

/** Checks an answer against its schema, and gives it as the schema reads it. Errors: FinalAnswerCheckError with a sentence per fault; AgentAbortError. */
export async function checkShape(
  answer: unknown,
  { outputSchema, signal }: { readonly outputSchema: Schema; readonly signal: AbortSignal | undefined },
): Promise<unknown> {
  const checked = await untilAborted(checkValue(outputSchema, answer), signal);
  if (!checked.issues) return checked.value;
  throw new FinalAnswerCheckError(
    `The final answer does not fit its schema: ${checked.issues.join("; ")}. Mend the answer, then give it again.`,
  );
}

async function verdictOf(check: () => boolean | string | Promise<boolean | string>): Promise<boolean | string> {
  try {
    return await check();
  } catch (thrown) {
    return toError(thrown).message;
  }
}
