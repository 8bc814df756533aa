import type { JsonSchema } from "../models/message.ts";

/**
 * Writes a JSON Schema as a TypeScript type, on one line, with descriptions and defaults of properties as doc comments.
 *
 * What TypeScript cannot say is `unknown`, as is what refers to itself for the second time, and any reference after a hundred. `{ unit?: "celsius" | "kelvin" }`
 */
export function schemaType(schema: JsonSchema): string {
  return typeOf(schema, { root: schema, refs: ["#"], left: { references: MAX_REFERENCES } });
}

/** Makes a doc comment's text of a description: one that ends the comment would end the declaration. */
export function commentText(description: string): string {
  return description.replaceAll("*/", "* /");
}

/** Definitions that refer to each other multiply: a dozen would make a prompt that no model can read. */
const MAX_REFERENCES = 100;

/** Where a piece of a schema stands: in which schema, below which references, and how many more may be followed in all. */
interface Place {
  readonly root: JsonSchema;
  readonly refs: readonly string[];
  readonly left: { references: number };
}

function typeOf(schema: unknown, place: Place): string {
  return union(alternatives(schema, place)).join(" | ");
}

/** The members of the union that a schema is; most have one. */
function alternatives(schema: unknown, place: Place): string[] {
  if (schema === false) return ["never"];
  if (!isSchema(schema)) return ["unknown"];
  if (schema["nullable"] === true) return [...alternatives({ ...schema, nullable: false }, place), "null"];
  if (typeof schema["$ref"] === "string") return referred(schema["$ref"], place);
  if ("const" in schema) return [JSON.stringify(schema["const"])];
  if (Array.isArray(schema["enum"])) return schema["enum"].map((value) => JSON.stringify(value));
  return intersection(
    [ownTypes(schema, place), ...unions(schema, place), ...members(schema["allOf"], place)].map(union),
  );
}

function referred(ref: string, place: Place): string[] {
  const { root, refs, left } = place;
  const target = resolve(ref, root);
  if (target === undefined || refs.includes(ref) || left.references-- <= 0) return ["unknown"];
  return alternatives(target, { ...place, refs: [...refs, ref] });
}

/** Reads a reference within the schema, a JSON pointer (RFC 6901). */
function resolve(ref: string, root: JsonSchema): unknown {
  if (!ref.startsWith("#")) return undefined;
  const keys = ref.split("/").slice(1).map(readKey);
  return keys.reduce<unknown>(
    (at, key) => (typeof at === "object" && at !== null && Object.hasOwn(at, key) ? Reflect.get(at, key) : undefined),
    root,
  );
}

function readKey(escaped: string): string {
  const key = escaped.replaceAll("~1", "/").replaceAll("~0", "~");
  try {
    return decodeURIComponent(key);
  } catch {
    return key;
  }
}

function members(schemas: unknown, place: Place): string[][] {
  return Array.isArray(schemas) ? schemas.map((schema) => alternatives(schema, place)) : [];
}

function unions({ anyOf, oneOf }: JsonSchema, place: Place): string[][] {
  return [anyOf, oneOf].filter(Array.isArray).map((schemas) => members(schemas, place).flat());
}

function union(types: readonly string[]): string[] {
  if (types.includes("unknown")) return ["unknown"];
  const possible = [...new Set(types)].filter((type) => type !== "never");
  return possible.length === 0 ? ["never"] : possible;
}

/** A part that says nothing is left out. */
function intersection(parts: readonly string[][]): string[] {
  const telling = parts.filter(([first]) => first !== "unknown");
  const [only = ["unknown"], ...others] =
    telling.length > 1 ? telling.filter(([first]) => first !== ANY_OBJECT) : telling;
  if (others.length === 0) return only;
  return [[only, ...others].map((part) => (part.length === 1 ? part : [`(${part.join(" | ")})`])).join(" & ")];
}

const ANY_OBJECT = "Record<string, unknown>";

function ownTypes(schema: JsonSchema, place: Place): string[] {
  const { type } = schema;
  if (Array.isArray(type)) return type.flatMap((name) => ownTypes({ ...schema, type: name }, place));
  switch (type) {
    case "string":
    case "boolean":
    case "null":
    case "number":
      return [type];
    case "integer":
      return ["number"];
    case "array":
      return [arrayType(schema, place)];
    case "object":
      return [objectType(schema, place)];
    default:
      return [isSchema(schema["properties"]) ? objectType(schema, place) : "unknown"];
  }
}

/** Tuples are `prefixItems` and the rest `items`; up to draft 7, a list of `items` and the rest `additionalItems`. */
function arrayType({ items, prefixItems, additionalItems }: JsonSchema, place: Place): string {
  const isOldTuple = Array.isArray(items);
  const tuple: unknown = isOldTuple ? items : prefixItems;
  if (!Array.isArray(tuple)) return `Array<${typeOf(items, place)}>`;
  const rest = isOldTuple ? additionalItems : items;
  const types = tuple.map((item) => typeOf(item, place));
  return `[${[...types, ...(isSchema(rest) ? [`...Array<${typeOf(rest, place)}>`] : [])].join(", ")}]`;
}

function objectType(schema: JsonSchema, place: Place): string {
  const { properties, additionalProperties } = schema;
  const isOpen = isSchema(additionalProperties) || additionalProperties === true;
  if (!isSchema(properties)) return additionalProperties === false ? "{}" : recordType(schema, place);
  const required = Array.isArray(schema["required"]) ? schema["required"] : [];
  const written = Object.entries(properties).map(([key, property]) => {
    const name = /^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key);
    return `${comment(property, place)}${name}${required.includes(key) ? "" : "?"}: ${typeOf(property, place)}`;
  });
  const known = written.length === 0 ? "{}" : `{ ${written.join("; ")} }`;
  if (!isOpen) return known;
  return written.length === 0 ? recordType(schema, place) : `${known} & ${recordType(schema, place)}`;
}

function recordType({ additionalProperties, propertyNames, required }: JsonSchema, place: Place): string {
  const value = typeOf(additionalProperties, place);
  if (!isSchema(propertyNames) || !("enum" in propertyNames)) return `Record<string, ${value}>`;
  const record = `Record<${typeOf(propertyNames, place)}, ${value}>`;
  return required ? record : `Partial<${record}>`;
}

function comment(property: unknown, { root }: Place): string {
  if (!isSchema(property)) return "";
  const target = typeof property["$ref"] === "string" ? resolve(property["$ref"], root) : undefined;
  const told = { ...(isSchema(target) ? target : {}), ...property };
  const description =
    typeof told["description"] === "string" ? told["description"].trim().replaceAll(/\s*\n\s*/g, " ") : "";
  const fallback = "default" in told ? `Default: ${JSON.stringify(told["default"])}.` : "";
  const ended = fallback === "" || description === "" || /[.!?:]$/.test(description) ? description : `${description}.`;
  const text = [ended, fallback].filter((part) => part !== "").join(" ");
  return text === "" ? "" : `/** ${commentText(text)} */ `;
}

function isSchema(value: unknown): value is JsonSchema {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
