import { ConfigurationError, reasonOf, toError, ToolExecutionError, ToolInputError } from "../errors.ts";

interface FailedCall {
  readonly toolName: string;
  /** As the model gave it. */
  readonly input: unknown;
}

/** Makes the error of arguments that do not fit: a sentence a fault. */
export function inputError(call: FailedCall, faults: readonly string[]): ToolInputError {
  const issues = typeof call.input === "string" ? [jsonFault(call.input)] : faults;
  const message = `The arguments for "${call.toolName}" do not fit its schema: ${issues.join("; ")}.`;
  return new ToolInputError(message, { ...call, issues });
}

/** Makes the error of a result that does not fit. */
export function outputError(call: FailedCall, issues: readonly string[]): ToolExecutionError {
  const message = `Tool "${call.toolName}" gave a result that does not fit its output schema: ${issues.join("; ")}.`;
  return new ToolExecutionError(message, call);
}

/** Makes the error of a call that was given up. */
export function timeoutError(call: FailedCall, timeoutMs: number): ToolExecutionError {
  return new ToolExecutionError(
    `Tool "${call.toolName}" took longer than ${timeoutMs} ms and was given up. Ask it for less at once, or do without it.`,
    call,
  );
}

/** Makes the error of what a tool threw. A ConfigurationError stays what it is: no model can mend it. */
export function executionError(call: FailedCall, thrown: unknown): ToolExecutionError | ConfigurationError {
  if (thrown instanceof ConfigurationError) return thrown;
  const error = toError(thrown);
  // "Error" says nothing that "failed" does not.
  const kind = error.name === "Error" ? "" : `${error.name}: `;
  return new ToolExecutionError(`Tool "${call.toolName}" failed: ${kind}${reasonOf(error)}`, {
    ...call,
    cause: thrown,
  });
}

/** A text in place of arguments is most often JSON that was cut off: says where it breaks. */
function jsonFault(text: string): string {
  try {
    JSON.parse(text);
    return "they are a text, and must be one JSON object";
  } catch (error) {
    return `they must be one JSON object, and are text that is not valid JSON: ${toError(error).message}`;
  }
}
