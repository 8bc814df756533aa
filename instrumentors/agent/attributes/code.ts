import { TOOL_DESCRIPTION, TOOL_NAME } from "@arizeai/openinference-semantic-conventions";
import type { Attributes } from "@opentelemetry/api";
import { CodeExecutionError } from "../../../src/errors.ts";
import type { ExecutionResult } from "../../../src/executors/executor.ts";
import { inputAttributes, outputAttributes, shortDescription } from "../../shared/text.ts";

/** Names the spans of code that a model wrote. */
export const CODE_INTERPRETER = "code_interpreter";

/** Describes code before it runs. */
export function codeStartAttributes(code: string): Attributes {
  return {
    [TOOL_NAME]: CODE_INTERPRETER,
    [TOOL_DESCRIPTION]: "Runs the JavaScript that the model wrote.",
    ...inputAttributes(code),
  };
}

/** Gives code as the arguments of a call, which are an object in the GenAI conventions. */
export function codeArguments(code: string): Attributes {
  return { "gen_ai.tool.call.arguments": JSON.stringify({ code }) };
}

/** Describes what code printed and gave. */
export function codeResultAttributes({ logs, text, value, isFinalAnswer }: ExecutionResult): Attributes {
  const last = isFinalAnswer ? `Final answer: ${shortDescription(value).text}` : `Last value: ${text}`;
  const isWorthTelling = isFinalAnswer || value !== undefined || logs === "";
  return outputAttributes([logs, isWorthTelling ? last : ""].filter(Boolean).join("\n"));
}

/** Describes what code printed before it failed. */
export function codeFailureAttributes(error: Error): Attributes {
  return error instanceof CodeExecutionError && error.logs !== "" ? outputAttributes(error.logs) : {};
}
