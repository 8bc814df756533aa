import type { JsonSchema, ToolSpec } from "../models/message.ts";
import { commentText, schemaType } from "./schema-type.ts";

/** A tool as a code prompt shows it. */
export interface DeclaredTool extends ToolSpec {
  readonly outputSchema?: JsonSchema;
}

/**
 * Declares tools as TypeScript functions with doc comments, for a model that writes code.
 *
 * `declare function get_weather(input: { /** City. *\/ location: string; when?: string }): Promise<string>;`
 */
export function toolDeclarations(tools: readonly DeclaredTool[]): string {
  return tools.map(toolDeclaration).join("\n\n");
}

/** Declares the function that ends a run. `type` is the type of the answer: what a `final_answer` of the user's takes, or what the run must give. */
export function finalAnswerDeclaration({
  type,
  description,
}: {
  readonly type: string;
  readonly description: string;
}): string {
  return declaration(description, `finalAnswer(answer: ${type}): never`);
}

function toolDeclaration({ name, description, inputSchema, outputSchema }: DeclaredTool): string {
  const result = outputSchema ? schemaType(outputSchema) : "unknown";
  return declaration(description, `${name}(input: ${schemaType(inputSchema)}): Promise<${result}>`);
}

function declaration(description: string, signature: string): string {
  const comment = description.split("\n").map((line) => ` * ${commentText(line)}`.trimEnd());
  return ["/**", ...comment, " */", `declare function ${signature};`].join("\n");
}
