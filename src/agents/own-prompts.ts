import { describe } from "../describe.ts";
import { ConfigurationError } from "../errors.ts";
import { DEFAULT_PROMPTS, type Prompts, type PromptSet } from "../prompts/prompt-set.ts";
import { optionFailure } from "./failure.ts";

/** Gives the default prompts, with the program's own in the place of some. Those throw a ConfigurationError that names the prompt, if they throw or give no text. */
export function promptsWith(own: Prompts | undefined): PromptSet {
  if (!own) return DEFAULT_PROMPTS;
  const prompts = { ...DEFAULT_PROMPTS, ...own };
  return {
    initialPlan: guarded("initialPlan", prompts.initialPlan),
    updatePlanIntroduction: guarded("updatePlanIntroduction", prompts.updatePlanIntroduction),
    updatePlan: guarded("updatePlan", prompts.updatePlan),
    managedAgentTask: guarded("managedAgentTask", prompts.managedAgentTask),
    managedAgentReport: guarded("managedAgentReport", prompts.managedAgentReport),
    managedAgentSummary: guarded("managedAgentSummary", prompts.managedAgentSummary),
    finalAnswerIntroduction: guarded("finalAnswerIntroduction", prompts.finalAnswerIntroduction),
    finalAnswer: guarded("finalAnswer", prompts.finalAnswer),
  };
}

function guarded<Values>(name: keyof PromptSet, prompt: (values: Values) => string): (values: Values) => string {
  return (values) => {
    const text = called(name, () => prompt(values));
    if (typeof text === "string") return text;
    throw new ConfigurationError(`prompts.${name} gave ${describe(text)}; it must give a text.`);
  };
}

/** The program may be JavaScript: what it gives may be anything. */
function called(name: keyof PromptSet, prompt: () => unknown): unknown {
  try {
    return prompt();
  } catch (thrown) {
    throw optionFailure(`prompts.${name}`, thrown);
  }
}
