import { ConfigurationError } from "../errors.ts";
import type { JsonSchema, ToolSpec } from "../models/message.ts";
import { toJsonSchema } from "./schema.ts";
import type { Tool } from "./tool.ts";
import { assertToolLimits } from "./tool-limits.ts";

const specs = new WeakMap<Tool, ToolSpec>();

/**
 * Describes a tool to a model. Made once a tool.
 *
 * Errors: ConfigurationError if the name is no identifier, a limit is none, or the schema cannot be described or is not that of an object.
 */
export function toolSpec(tool: Tool): ToolSpec {
  const known = specs.get(tool);
  if (known) return known;
  assertIdentifier(tool.name, "tool");
  assertToolLimits(tool);
  const spec = { name: tool.name, description: tool.description, inputSchema: toJsonSchema(tool.inputSchema) };
  if (!describesObject(spec.inputSchema)) {
    throw new ConfigurationError(
      `The input schema of tool "${tool.name}" does not describe an object, and models call with an object of arguments. Give z.object({ … }), or a JSON Schema with type: "object".`,
    );
  }
  specs.set(tool, spec);
  return spec;
}

/** Throws a ConfigurationError unless code can call the name as a function. */
export function assertIdentifier(name: string, kind: "tool" | "agent"): void {
  if (/^[A-Za-z_$][\w$]*$/.test(name) && !RESERVED_WORDS.has(name)) return;
  throw new ConfigurationError(
    `"${name}" cannot be the name of ${kind === "agent" ? "an agent" : "a tool"}: code calls it by its name, so it must be an identifier of letters, digits and _ that is no reserved word, such as "${kind === "agent" ? "search_agent" : "search_web"}".`,
  );
}

function describesObject(schema: JsonSchema): boolean {
  return schema["type"] === "object" || ["anyOf", "oneOf", "allOf", "$ref"].some((keyword) => keyword in schema);
}

const RESERVED_WORDS = new Set(
  (
    "arguments async await break case catch class const continue debugger default delete do else enum eval export extends false finally for function " +
    "if implements import in instanceof interface let new null package private protected public return static super switch this throw true try typeof " +
    "undefined var void while with yield console globalThis require finalAnswer " +
    "Array BigInt Boolean Date Error Function JSON Map Math Number Object Promise Proxy Reflect RegExp Set String Symbol"
  ).split(" "),
);

/** Describes a tool to a model that writes code: what it takes, and what it gives where that is known. */
export function declaredTool(tool: Tool): ToolSpec & { readonly outputSchema?: JsonSchema } {
  return { ...toolSpec(tool), ...(tool.outputSchema ? { outputSchema: toJsonSchema(tool.outputSchema) } : {}) };
}
