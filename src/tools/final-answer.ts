import { z } from "zod";
import { type Tool, tool } from "./tool.ts";

/**
 * Gives models the tool that ends a run, `final_answer`: it gives back its `answer`, any JSON value.
 *
 * Source: smolagents default_tools.py, FinalAnswerTool.
 */
export function finalAnswer(): Tool {
  return tool({
    name: "final_answer",
    description: "Gives the final answer to the task, and ends the work on it.",
    inputSchema: z.object({
      answer: z.unknown().describe("The final answer: a text, a number, or any other JSON value, as the task asks."),
    }),
    execute: ({ answer }) => answer,
  });
}
