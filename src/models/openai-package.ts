import type * as openai from "openai";
import { ConfigurationError } from "../errors.ts";

/** What is needed of a client of the `openai` package, or of one like it. */
export interface OpenAIClient {
  readonly baseURL: string;
  readonly chat: { readonly completions: { create(body: object, options?: object): PromiseLike<unknown> } };
}

/**
 * Loads the `openai` package when it is first needed: who brings a model of their own need not install it.
 *
 * `owner` is the class that needs it. Errors: ConfigurationError that says what to install.
 */
export async function loadOpenAI(owner: string): Promise<typeof openai> {
  return import("openai").catch((cause: unknown) => {
    throw new ConfigurationError(`${owner} needs the openai package: npm install openai`, { cause });
  });
}
