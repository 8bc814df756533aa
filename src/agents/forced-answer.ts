import { LimitError } from "../errors.ts";
import { startTiming, type ActionStep } from "../memory/steps.ts";
import { toMessages } from "../memory/to-messages.ts";
import type { Message } from "../models/message.ts";
import type { Model } from "../models/model.ts";
import { FINAL_ANSWER_INTRODUCTION, finalAnswerRequest } from "../prompts/final-answer.ts";
import type { AgentRun } from "./agent-run.ts";

/**
 * Makes the model answer, without tools, from what was done so far: a run that has used up its steps still ends with an answer.
 *
 * The answer stands in memory as one step more, with a LimitError.
 * Errors: those of Model.generate.
 * Source: smolagents agents.py, _handle_max_steps_reached.
 */
export async function forceAnswer(run: AgentRun, model: Model): Promise<ActionStep> {
  const endTiming = startTiming();
  const limit = new LimitError(`The run has used up its ${run.maxSteps} steps.`, { limit: "max-steps" });
  run.emit({ type: "limit", stopReason: "max-steps", message: limit.message });
  const modelInput: Message[] = [
    { role: "system", content: FINAL_ANSWER_INTRODUCTION },
    ...toMessages(run.memory.steps).filter(({ role }) => role !== "system"),
    { role: "user", content: finalAnswerRequest(run.task) },
  ];
  const { message, usage } = await model.generate(
    { messages: modelInput },
    { onDelta: run.onDelta, signal: run.signal },
  );
  run.addUsage(usage);
  const step: ActionStep = {
    type: "action",
    stepNumber: run.maxSteps + 1,
    modelInput,
    modelOutput: message.content,
    ...(message.reasoning ? { reasoning: message.reasoning } : {}),
    toolCalls: [],
    observations: [],
    error: limit.toJSON(),
    output: message.content,
    isFinalAnswer: true,
    ...(usage ? { usage } : {}),
    timing: endTiming(),
  };
  run.memory.steps.push(step);
  run.emit({ type: "step-end", step });
  return step;
}
