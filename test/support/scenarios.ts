import type { GenerateRequest, RunResult, Step } from "vitrine";
import { callScenarios } from "./scenarios-calls.ts";
import { codeScenarios } from "./scenarios-code.ts";
import { managedScenarios } from "./scenarios-managed.ts";
import { runScenarios } from "./scenarios-runs.ts";
import type { Scenario } from "./scenarios-shared.ts";

export type { Scenario } from "./scenarios-shared.ts";

/** What must survive a recording, a name each: every way in which a run comes to ask a model. */
export const scenarios: readonly Scenario[] = [
  ...managedScenarios,
  ...codeScenarios,
  ...callScenarios,
  ...runScenarios,
];

/** What came of a run, so far as it does not depend on the clock. */
export async function outcomeOf(run: Promise<RunResult>): Promise<unknown> {
  try {
    const { output, stopReason, usage, steps } = await run;
    return { output, stopReason, usage, steps: steps.map(timeless) };
  } catch (thrown) {
    return { failure: String(thrown) };
  }
}

function timeless(step: Step): unknown {
  return { ...step, timing: undefined };
}

/** Requests as they can be compared: in the order in which they were made, unless some were made at the same time; less what no backend can store, NUL and lone surrogates. */
export function comparable(requests: readonly unknown[], { isParallel = false }: Scenario): unknown[] {
  const storable = requests.map((request): unknown =>
    JSON.parse(JSON.stringify(request), (_key, value: unknown) =>
      typeof value === "string" ? value.replaceAll(/[\0␀\uFFFD\p{Surrogate}]/gu, "?") : value,
    ),
  );
  if (!isParallel) return storable;
  return storable.toSorted((left, right) => (JSON.stringify(left) < JSON.stringify(right) ? -1 : 1));
}

/** A request as far as OpenTelemetry's GenAI conventions tell it: not how tools may be chosen, not whether the prompt has them, and no schema of a response format. */
export function inGenAi({ toolChoice: _choice, responseFormat: _format, promptTools, ...told }: GenerateRequest) {
  return { tools: promptTools, ...told };
}

/** Whether a mode of tracing makes a difference to the scenario: its messages are many, long, of images or of agents at once. */
export function isTelling({ name }: Scenario): boolean {
  return TELLING.test(name);
}

const TELLING =
  /^a long run$|summed up|left out|of a managed agent|called at the same time|passed on|said by all|two runs/;
