import { describe } from "../describe.ts";
import { ConfigurationError } from "../errors.ts";
import { DEFAULT_PROMPTS, type Prompts, type PromptSet } from "../prompts/prompt-set.ts";
import { optionFailure } from "./failure.ts";

/** Gives the default prompts, with the program's own in the place of some. Those throw a ConfigurationError that names the prompt, if they throw or give no text. */
export function promptsWith(own: Prompts | undefined): PromptSet {
  if (!own) return DEFAULT_PROMPTS;
  // One handler for prompts whose values have types of their own.
  return new Proxy(
    { ...DEFAULT_PROMPTS, ...own },
    { get: (prompts, name) => guarded(Reflect.get(prompts, name), name) },
  );
}

function guarded(prompt: unknown, name: string | symbol): unknown {
  if (typeof prompt !== "function") return prompt;
  const option = `prompts.${String(name)}`;
  return (values: unknown): string => {
    const text = called(prompt, { option, values });
    if (typeof text === "string") return text;
    throw new ConfigurationError(`${option} gave ${describe(text)}; it must give a text.`);
  };
}

function called(prompt: Function, { option, values }: { readonly option: string; readonly values: unknown }): unknown {
  try {
    return Reflect.apply(prompt, undefined, [values]);
  } catch (thrown) {
    throw optionFailure(option, thrown);
  }
}
