import { abortError } from "../abort.ts";
import { AgentError, ConfigurationError, toError } from "../errors.ts";
import type { AgentMemory } from "../memory/memory.ts";

/**
 * Makes an AgentError of whatever ends a step or a run. What is none yet, as a TypeError of an executor or of an `act`, becomes its `cause`.
 *
 * After an abort it is taken for what the abort brought about.
 */
export function toAgentError(thrown: unknown, signal?: AbortSignal): AgentError {
  if (thrown instanceof AgentError) return thrown;
  if (signal?.aborted) return abortError(signal);
  const { name, message } = toError(thrown);
  return new AgentError(`The run failed: ${name}: ${message}`, { cause: thrown });
}

/** Makes the error that a run rejects with: an AgentError that carries the memory. */
export function toRejection(thrown: unknown, memory: AgentMemory): AgentError {
  const error = toAgentError(thrown);
  error.memory = memory;
  return error;
}

/** Makes the error of a function that the program gave, by the name of its option. An AgentError stays what it is: the function may have asked the model. */
export function optionFailure(option: string, thrown: unknown): AgentError {
  if (thrown instanceof AgentError) return thrown;
  return new ConfigurationError(`${option} threw: ${String(toError(thrown))}`, { cause: thrown });
}
