import { describe } from "../describe.ts";
import { CodeExecutionError, toError } from "../errors.ts";
import { atLine } from "./code-line.ts";
import type { ExecutionResult } from "./executor.ts";
import type { GuestFailure, SandboxLimits, StepEnd, StopReason } from "./sandbox-messages.ts";

interface StepFacts {
  readonly code: string;
  readonly logs: string;
  readonly limits: Required<SandboxLimits>;
  readonly toolNames: readonly string[];
  readonly finalAnswer: { readonly value: unknown } | undefined;
  /** What host functions threw, by call id. */
  readonly errors: ReadonlyMap<number, unknown>;
}

/**
 * Makes the result of a step from the way it ended. A final answer that was accepted counts, whatever came after it.
 *
 * Errors: CodeExecutionError, in sentences that the model can act on; if a call's failure ended the code, that failure is the `cause`.
 */
export function sandboxResult(end: StepEnd, facts: StepFacts): ExecutionResult {
  const { logs, finalAnswer } = facts;
  if (finalAnswer) {
    return { value: finalAnswer.value, text: describe(finalAnswer.value), logs, isFinalAnswer: true };
  }
  if (end.type === "failed") throw failure(end.error, facts);
  if (end.type === "stopped") throw stop(end, facts);
  const value: unknown = end.json === undefined ? undefined : JSON.parse(end.json);
  return { value, text: end.text, logs, isFinalAnswer: false };
}

function failure(
  { message, line, module, callId }: GuestFailure,
  { code, logs, errors, toolNames }: StepFacts,
): CodeExecutionError {
  const cause = callId === undefined ? undefined : errors.get(callId);
  const said = cause === undefined ? message : toError(cause).message;
  const inModule = module ? `, in line ${module.line} of the module "${module.name}"` : "";
  const wayOut = cause === undefined && !module ? callableNames(said, { code, toolNames }) : "";
  return new CodeExecutionError(said + inModule + atLine(code, line) + wayOut, {
    logs,
    line,
    ...(cause === undefined ? {} : { cause }),
  });
}

/** A function that is not there is most often a tool whose name the model got wrong. */
function callableNames(said: string, { code, toolNames }: Pick<StepFacts, "code" | "toolNames">): string {
  const name = /^ReferenceError: ([\w$]+) is not defined$/.exec(said)?.[1]?.replaceAll("$", String.raw`\$`);
  if (name === undefined || !new RegExp(String.raw`(?<![\w$.])${name}\s*\(`).test(code)) return "";
  return `. The tools that can be called: ${[...toolNames, "finalAnswer"].join(", ")}.`;
}

function stop({ reason, line }: Stop, { code, logs, limits }: StepFacts): CodeExecutionError {
  const sentence = `The code was stopped${atLine(code, line)}: ${EXPLANATIONS[reason](limits)}.`;
  const undone = "The step was undone: all variables are as they were before it.";
  return new CodeExecutionError(`${sentence} ${undone}`, { logs, line });
}

type Stop = Extract<StepEnd, { type: "stopped" }>;

const EXPLANATIONS: Readonly<Record<StopReason, (limits: Required<SandboxLimits>) => string>> = {
  cpu: ({ cpuMs }) => `it computed for more than ${cpuMs} ms. Look for an endless loop, or do less in one step`,
  memory: ({ memoryBytes }) =>
    `it needed more than ${Math.round(memoryBytes / 2 ** 20)} MiB of memory. Keep less at once`,
  hang: () => "it waits for a promise that nothing can settle. No tool call is open, and there are no timers here",
  crash: () => "it broke the sandbox. Write it in another way",
  host: () => "the program ended it",
};
