import { describe, toJson } from "../describe.ts";
import { ConfigurationError, toError } from "../errors.ts";
import type { Message, ToolCall } from "../models/message.ts";
import { checkSavedMemory } from "./check-saved-memory.ts";
import type { Step } from "./steps.ts";

const VERSION = 1;

/** A memory as plain data. */
export interface SavedMemory {
  readonly version: typeof VERSION;
  readonly steps: readonly Step[];
}

/** Makes plain data of steps. What JSON cannot hold is described as a model would read it. Never throws. */
export function saveSteps(steps: readonly Step[]): SavedMemory {
  return { version: VERSION, steps: steps.map(saveStep) };
}

/**
 * Reads what `saveSteps` gave, or the JSON text of it. Fields that this release does not know are kept as they are.
 *
 * Errors: ConfigurationError, naming the version or the place in the data.
 */
export function readSavedMemory(json: unknown): readonly Step[] {
  const saved = typeof json === "string" ? parse(json) : json;
  assertSaved(saved);
  return saved.steps;
}

function saveStep(step: Step): Step {
  switch (step.type) {
    case "system-prompt":
    case "task":
      return step;
    case "planning":
      return { ...step, modelInput: step.modelInput.map(saveMessage) };
    case "action": {
      const { output, ...rest } = step;
      const data = { ...rest, modelInput: rest.modelInput.map(saveMessage), toolCalls: rest.toolCalls.map(saveCall) };
      return output === undefined ? data : { ...data, output: toData(output) };
    }
  }
}

function saveMessage(message: Message): Message {
  return message.role === "assistant" ? { ...message, toolCalls: message.toolCalls.map(saveCall) } : message;
}

function saveCall(call: ToolCall): ToolCall {
  return { ...call, arguments: toData(call.arguments) };
}

function toData(value: unknown): unknown {
  if (value === undefined) return undefined;
  const text = toJson(value);
  return text === undefined ? describe(value) : JSON.parse(text);
}

function parse(json: string): unknown {
  try {
    return JSON.parse(json);
  } catch (cause) {
    throw new ConfigurationError(`The saved memory is not JSON: ${toError(cause).message}.`, { cause });
  }
}

function assertSaved(saved: unknown): asserts saved is SavedMemory {
  const version = typeof saved === "object" && saved !== null && "version" in saved ? saved.version : undefined;
  if (version !== VERSION) throw new ConfigurationError(versionFault(version));
  const faults = checkSavedMemory(saved);
  if (faults.length === 0) return;
  throw new ConfigurationError(`The saved memory (version ${VERSION}) cannot be read: ${faults.join("; ")}.`);
}

function versionFault(version: unknown): string {
  if (version === undefined)
    return "The saved memory has no version: give what memory.toJSON() gave, or its JSON text.";
  return `The saved memory has version ${describe(version)}, and this release reads version ${VERSION}: read it with the release that wrote it, or a newer one.`;
}
