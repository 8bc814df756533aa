import { ConfigurationError } from "../errors.ts";

/** What a placeholder of a system prompt stands for, by its name. Where there is nothing to tell, an empty text. */
interface TemplateValues {
  readonly tool_descriptions: string;
  /** The whole paragraph, its introduction included. */
  readonly managed_agents_descriptions: string;
  /** Names of modules, or "none". */
  readonly authorized_imports: string;
  readonly tool_names: string;
  readonly custom_instructions: string;
  /** A TypeScript type. */
  readonly final_answer_type: string;
}

type Placeholder = keyof TemplateValues;

/** The names that a template may use, and what each stands for. */
const PLACEHOLDERS: ReadonlyMap<string, Placeholder> = new Map<string, Placeholder>([
  ["tool_descriptions", "tool_descriptions"],
  ["managed_agents_descriptions", "managed_agents_descriptions"],
  ["managed_agents_description", "managed_agents_descriptions"],
  ["authorized_imports", "authorized_imports"],
  ["tool_names", "tool_names"],
  ["custom_instructions", "custom_instructions"],
  ["instructions", "custom_instructions"],
  ["final_answer_type", "final_answer_type"],
]);

/** What the lines are that put a required placeholder into a prompt. */
const REQUIRED = {
  tool_descriptions: "You can call these tools:\n{{tool_descriptions}}",
  managed_agents_descriptions: "{{managed_agents_descriptions}}",
  authorized_imports: "You can import only these modules: {{authorized_imports}}",
} as const;

/** A placeholder, with the line ends before it, and a look at the character after it. */
const PLACEHOLDER = /(\n*)\{\{\s*([A-Za-z]\w*)\s*\}\}(?=([^]?))/g;

/**
 * Puts values in the place of a template's placeholders, each exactly as it is.
 *
 * A line that is but a placeholder with nothing to tell is left out, with the blank line before it. Instructions without a placeholder come last.
 * Errors: none; what `assertTemplate` refuses stays as it stands.
 */
export function renderTemplate(template: string, values: TemplateValues): string {
  const text = template.replaceAll(PLACEHOLDER, (whole: string, ...groups: string[]) => {
    const [before = "", name = "", after = ""] = groups;
    const placeholder = PLACEHOLDERS.get(name);
    if (!placeholder) return whole;
    const isAlone = before !== "" && (after === "" || after === "\n");
    return isAlone && values[placeholder] === "" ? "" : before + values[placeholder];
  });
  const { custom_instructions } = values;
  if (custom_instructions === "" || placeholdersOf(template).includes("custom_instructions")) return text;
  return `${text.trimEnd()}\n\n${custom_instructions}`;
}

/**
 * Checks a system prompt that a user wrote: all that the model must be told has its place, and nothing else is in double braces.
 *
 * Errors: ConfigurationError naming the placeholders that are missing, or that there is none of that name.
 * Source: smolagents 1.7 agents.py, format_prompt_with_tools and format_prompt_with_imports.
 */
export function assertTemplate(template: string, { kind }: { readonly kind: "code" | "tool-calling" }): void {
  const unknown = namesIn(template).filter((name) => !PLACEHOLDERS.has(name));
  if (unknown.length > 0) {
    const known = [...PLACEHOLDERS.keys()].map(inBraces).join(", ");
    throw new ConfigurationError(
      `The system prompt has ${list(unknown)}, which nothing can be put in place of. Known are: ${known}.`,
    );
  }
  const { authorized_imports, ...both } = REQUIRED;
  const given: readonly string[] = placeholdersOf(template);
  const missing = Object.entries(kind === "code" ? { ...both, authorized_imports } : both).filter(
    ([name]) => !given.includes(name),
  );
  if (missing.length === 0) return;
  const lines = missing.map(([, line]) => line).join("\n");
  throw new ConfigurationError(
    `The system prompt lacks ${list(missing.map(([name]) => name))}: the model must be told of it. Add it where it belongs, for instance so:\n${lines}`,
  );
}

function placeholdersOf(template: string): Placeholder[] {
  return namesIn(template).flatMap((name) => PLACEHOLDERS.get(name) ?? []);
}

function namesIn(template: string): string[] {
  return [...template.matchAll(PLACEHOLDER)].map(([, , name = ""]) => name);
}

function list(names: readonly string[]): string {
  return [...new Set(names)].map(inBraces).join(" and ");
}

function inBraces(name: string): string {
  return `{{${name}}}`;
}
