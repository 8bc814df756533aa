import type { JsonSchema, ToolSpec } from "../models/message.ts";

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

function toolDeclaration({ name, description, inputSchema, outputSchema }: DeclaredTool): string {
  const result = outputSchema ? typeOf(outputSchema) : "unknown";
  const comment = description.split("\n").map((line) => ` * ${line.replaceAll("*/", "* /")}`);
  return [
    "/**",
    ...comment,
    " */",
    `declare function ${name}(input: ${typeOf(inputSchema)}): Promise<${result}>;`,
  ].join("\n");
}

/** Writes a JSON Schema as a TypeScript type. What it cannot say is `unknown`. */
function typeOf(schema: JsonSchema): string {
  if ("const" in schema) return JSON.stringify(schema["const"]);
  if (Array.isArray(schema["enum"])) return schema["enum"].map((value) => JSON.stringify(value)).join(" | ");
  for (const union of [schema["anyOf"], schema["oneOf"]]) {
    if (Array.isArray(union)) return union.map((member) => (isSchema(member) ? typeOf(member) : "unknown")).join(" | ");
  }
  const { type } = schema;
  if (Array.isArray(type)) return type.map((name) => typeOf({ ...schema, type: name })).join(" | ");
  switch (type) {
    case "string":
    case "boolean":
    case "null":
      return type;
    case "number":
    case "integer":
      return "number";
    case "array":
      return `Array<${isSchema(schema["items"]) ? typeOf(schema["items"]) : "unknown"}>`;
    case "object":
      return objectType(schema);
    default:
      return "unknown";
  }
}

function objectType(schema: JsonSchema): string {
  const { properties, required, additionalProperties } = schema;
  if (!isSchema(properties)) {
    return isSchema(additionalProperties)
      ? `Record<string, ${typeOf(additionalProperties)}>`
      : "Record<string, unknown>";
  }
  const members = Object.entries(properties).map(([key, value]) => {
    const member = isSchema(value) ? value : {};
    const comment =
      typeof member["description"] === "string" ? `/** ${member["description"].replaceAll("*/", "* /")} */ ` : "";
    const optional = Array.isArray(required) && required.includes(key) ? "" : "?";
    const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
    return `${comment}${name}${optional}: ${typeOf(member)}`;
  });
  return members.length === 0 ? "{}" : `{ ${members.join("; ")} }`;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
