import { ConfigurationError } from "../errors.ts";
import { toJsonText } from "./json-text.ts";

interface News {
  /** A JSON object: the variables that are new or have changed, by name. */
  readonly json: string;
  /** To be called when the step that sent them was not undone. */
  readonly markAsSent: () => void;
}

/** Knows which variables code has been given, so that what it made of them since is not overwritten. */
export class SentVariables {
  readonly #sent = new Map<string, string>();

  /** Gives what code has not been given yet. Errors: ConfigurationError for the name of a tool. */
  news(
    variables: Readonly<Record<string, unknown>> = {},
    { reservedNames }: { readonly reservedNames: readonly string[] },
  ): News {
    const taken = Object.keys(variables).find((name) => reservedNames.includes(name));
    if (taken !== undefined) {
      throw new ConfigurationError(`The variable "${taken}" has the name of a tool: give it another name.`);
    }
    const texts = Object.entries(variables).map(([name, value]) => [name, toJsonText(value) ?? "null"] as const);
    const news = texts.filter(([name, text]) => this.#sent.get(name) !== text);
    return {
      json: `{${news.map(([name, text]) => `${JSON.stringify(name)}:${text}`).join(",")}}`,
      markAsSent: () => news.forEach(([name, text]) => this.#sent.set(name, text)),
    };
  }
}
