import type { JsonSchema } from "../models/message.ts";
import { plainSchema } from "./plain-schema.ts";
import { type Schema, type StandardSchema, toJsonSchema } from "./schema.ts";
import { type Tool, tool } from "./tool.ts";

/** The name of the tool that ends a run. */
export const FINAL_ANSWER = "final_answer";

/**
 * Gives models the tool that ends a run, `final_answer`: it gives back its `answer`.
 *
 * With a schema, models are told what the answer must be. It is the agent that checks it, once, when it ends the run.
 * Source: smolagents default_tools.py, FinalAnswerTool.
 */
export function finalAnswer(outputSchema?: Schema): Tool<{ readonly answer: unknown }> {
  return tool({
    name: FINAL_ANSWER,
    description: "Gives the final answer to the task, and ends the work on it.",
    inputSchema: outputSchema ? answerOf(toJsonSchema(outputSchema)) : anyAnswer,
    execute: ({ answer }) => answer,
  });
}

const anyAnswer = plainSchema<{ readonly answer: unknown }>({
  type: "object",
  properties: {
    answer: { description: "The final answer: a text, a number, or any other JSON value, as the task asks." },
  },
  required: ["answer"],
});

/** Describes the answer as its schema does, and takes any. Definitions move to the top, where their references look for them. */
function answerOf({ $defs, definitions, ...answer }: JsonSchema): StandardSchema<{ readonly answer: unknown }> {
  const described = {
    type: "object",
    properties: { answer },
    required: ["answer"],
    additionalProperties: false,
    ...($defs === undefined ? {} : { $defs }),
    ...(definitions === undefined ? {} : { definitions }),
  };
  const { validate } = anyAnswer["~standard"];
  return { "~standard": { vendor: "vitrine", validate, jsonSchema: { input: () => described } } };
}
