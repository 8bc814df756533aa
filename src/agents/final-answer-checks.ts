import { untilAborted } from "../abort.ts";
import { FinalAnswerCheckError, toError } from "../errors.ts";
import type { AgentMemory } from "../memory/memory.ts";
import type { CallingAgent } from "../tools/tool.ts";
import type { AgentRun } from "./agent-run.ts";

interface CheckContext {
  readonly memory: AgentMemory;
  readonly agent: CallingAgent;
}

/** Gives true if the answer will do; false, or better the reason (a string, or thrown), if not. */
export type FinalAnswerCheck = (answer: unknown, context: CheckContext) => boolean | string | Promise<boolean | string>;

/**
 * Lets every check see the answer, in order.
 *
 * Errors: FinalAnswerCheckError at the first that refuses it.
 * Source: smolagents agents.py, _validate_final_answer; there a check that gives false leaves the model without a reason.
 */
export async function checkFinalAnswer(
  answer: unknown,
  { checks, run }: { readonly checks: readonly FinalAnswerCheck[]; readonly run: AgentRun },
): Promise<void> {
  for (const check of checks) {
    const verdict = await untilAborted(
      verdictOf(() => check(answer, { memory: run.memory, agent: run.agent })),
      run.signal,
    );
    if (verdict === true) continue;
    const reason = typeof verdict === "string" ? verdict : "it gave no reason";
    throw new FinalAnswerCheckError(
      `The final answer was refused by the check "${check.name || "unnamed"}": ${reason}. Mend the answer, then give it again.`,
    );
  }
}

async function verdictOf(check: () => boolean | string | Promise<boolean | string>): Promise<boolean | string> {
  try {
    return await check();
  } catch (thrown) {
    return toError(thrown).message;
  }
}
