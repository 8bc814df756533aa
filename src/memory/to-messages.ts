import type { Message, ToolCall } from "../models/message.ts";
import { Album } from "./album.ts";
import type { ActionStep, Observation, PlanningStep, Step, StepError, TaskStep } from "./steps.ts";

/** Says what of the steps the model can take. */
export interface ToMessagesOptions {
  /** False for a model that sees no images: it is told that they are there. True if absent. */
  readonly showImages?: boolean;
}

/**
 * Turns steps into the messages the model sees next.
 *
 * Shape: system, task, then per action step one assistant message and one tool message per call, same order, same ids; a step of code has one user
 * message, "Observation:", in their place. Images that tools gave follow in one user message, each image once. A plan is an assistant message and the
 * request to carry it out.
 * Errors: none; a failed step becomes a message that starts "Error:".
 * Source: smolagents memory.py, ActionStep.to_messages.
 */
export function toMessages(steps: readonly Step[], { showImages = true }: ToMessagesOptions = {}): Message[] {
  const album = new Album(showImages ? "all" : "none");
  const messages: Message[] = [];
  for (const step of steps) {
    switch (step.type) {
      case "system-prompt":
        messages.push({ role: "system", content: step.systemPrompt });
        break;
      case "task":
        messages.push(...taskMessages(step, album));
        break;
      case "planning":
        messages.push(...planMessages(step));
        break;
      case "action":
        messages.push(...actionMessages(step, album));
        break;
    }
  }
  return messages;
}

/**
 * Leaves out what an agent thought, its plans and its system prompt: what was asked, done and observed. Images that tools gave are named only.
 *
 * Source: smolagents, summary_mode.
 */
export function toSummaryMessages(steps: readonly Step[], { showImages = true }: ToMessagesOptions = {}): Message[] {
  const album = new Album(showImages ? "of-tasks" : "none");
  return steps.flatMap((step) => {
    switch (step.type) {
      case "system-prompt":
      case "planning":
        return [];
      case "task":
        return taskMessages(step, album);
      case "action":
        return actionMessages({ ...step, modelOutput: step.toolCalls.length > 0 ? "" : step.modelOutput }, album);
    }
  });
}

function taskMessages({ task, images = [] }: TaskStep, album: Album): Message[] {
  return [{ role: "user", content: album.ofTask(images, `New task:\n${task}`) }];
}

function planMessages({ plan }: PlanningStep): Message[] {
  return [
    { role: "assistant", content: plan, toolCalls: [] },
    { role: "user", content: "Now proceed and carry out this plan." },
  ];
}

function actionMessages(step: ActionStep, album: Album): Message[] {
  const { modelOutput, toolCalls, observations, images = [], error, isFinalAnswer } = step;
  const messages: Message[] = [];
  if (modelOutput.trim() !== "" || toolCalls.length > 0) {
    messages.push({ role: "assistant", content: modelOutput.trim(), toolCalls: toolCalls.map(sendable) });
  }
  for (const result of results(step)) messages.push(observationMessage(result));
  if (images.length > 0) messages.push({ role: "user", content: album.ofTools(images) });
  // A final answer with an error is the one that a limit forced: the limit is over when the run goes on.
  const told = isFinalAnswer || observations.some((observation) => observation.error);
  if (error && !told && !FATAL.has(error.type)) messages.push({ role: "user", content: errorText(error) });
  return messages;
}

/** Failures that ended the run: no fault of the model's, so it is not told of them when the run goes on. */
const FATAL = new Set(["ModelError", "AbortError", "ConfigurationError"]);

/** One for each call, in the order of the calls: an endpoint refuses a whole history for one that an abort cut off. */
function results({ toolCalls, observations }: ActionStep): readonly Observation[] {
  if (toolCalls.length === 0) return observations;
  return toolCalls.map(({ id, name }) => {
    const result = observations.find(({ toolCallId }) => toolCallId === id);
    return result ?? { toolCallId: id, toolName: name, text: "This call was not finished." };
  });
}

/** Endpoints refuse a history for arguments that are no JSON object as well. */
function sendable(call: ToolCall): ToolCall {
  return typeof call.arguments === "string" ? { ...call, arguments: { invalid_json: call.arguments } } : call;
}

function observationMessage({ toolCallId, toolName, text, error }: Observation): Message {
  const observed = toolCallId || text === "" ? text : `Observation:\n${text}`;
  const fault = error ? errorText(error) : "";
  const content = observed === "" || fault === "" ? observed + fault : `${observed}\n${fault}`;
  if (toolCallId) return { role: "tool", toolCallId, toolName: toolName ?? "", content };
  return { role: "user", content };
}

function errorText({ message }: StepError): string {
  return (
    `Error:\n${message}\n` +
    "Now let's retry: take care not to repeat previous errors! If you have retried several times, try a completely different approach."
  );
}
