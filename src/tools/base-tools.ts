import { codeInterpreter } from "./code-interpreter.ts";
import type { Tool } from "./tool.ts";
import { visitWebpage } from "./visit-webpage.ts";
import { webSearch } from "./web-search.ts";

/**
 * Makes the tools of `addBaseTools`: `web_search`, `visit_webpage` and, for agents that do not write code anyway, `code_interpreter`.
 *
 * Source: smolagents agents.py, MultiStepAgent._setup_tools.
 */
export function baseTools({ withCodeInterpreter }: { readonly withCodeInterpreter: boolean }): Tool[] {
  return [webSearch(), visitWebpage(), ...(withCodeInterpreter ? [codeInterpreter()] : [])];
}
