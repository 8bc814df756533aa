import { z } from "zod";
import { ConfigurationError, toError } from "../errors.ts";
import type { JsonSchema } from "../models/message.ts";

/**
 * A schema of zod (4.2 on), arktype, or any library of the Standard Schema and Standard JSON Schema kind.
 *
 * The few members used here, after https://standardschema.dev, which is made to be copied.
 */
export interface StandardSchema<Output = unknown> {
  readonly "~standard": {
    readonly vendor: string;
    readonly validate: (value: unknown) => ValidationResult<Output> | Promise<ValidationResult<Output>>;
    readonly types?: { readonly input: unknown; readonly output: Output } | undefined;
    readonly jsonSchema: { readonly input: (options: JsonSchemaOptions) => Record<string, unknown> };
  };
}

interface JsonSchemaOptions {
  readonly target: "draft-07";
  readonly libraryOptions?: Record<string, unknown>;
}

interface Issue {
  readonly message: string;
  readonly path?: ReadonlyArray<PropertyKey | { readonly key: PropertyKey }> | undefined;
}

type ValidationResult<Output> =
  | { readonly value: Output; readonly issues?: undefined }
  | { readonly issues: readonly Issue[] };

/** Describes the values that a tool takes or gives: by a library's schema, or a JSON Schema object. */
export type Schema<Output = unknown> = StandardSchema<Output> | JsonSchema;

/** The type that a schema's values have; `unknown` for a plain JSON Schema object. */
export type InferOutput<S> = S extends StandardSchema<infer Output> ? Output : unknown;

/** A value that fits, or a sentence per fault: `location: expected string, received number`. */
export type CheckedValue =
  | { readonly value: unknown; readonly issues?: undefined }
  | { readonly issues: readonly string[] };

/**
 * Describes a schema to a model: a JSON Schema of what may be sent (defaults are optional, transforms not applied).
 *
 * Errors: ConfigurationError if the library has no Standard JSON Schema (zod before 4.2, valibot unwrapped).
 */
export function toJsonSchema(schema: Schema): JsonSchema {
  if (!isStandard(schema)) return schema;
  const known = described.get(schema) ?? describeSchema(schema);
  described.set(schema, known);
  return known;
}

const described = new WeakMap<StandardSchema, JsonSchema>();

function describeSchema(schema: StandardSchema): JsonSchema {
  const { jsonSchema, vendor } = schema["~standard"];
  if (typeof jsonSchema?.input !== "function") {
    throw new ConfigurationError(
      `A schema of "${vendor}" does not describe itself as JSON Schema. Take zod >= 4.2 or arktype, wrap a valibot schema in toStandardJsonSchema(), or give a JSON Schema object.`,
    );
  }
  const libraryOptions =
    vendor === "zod" ? { libraryOptions: { unrepresentable: "any", override: describeDates } } : {};
  const { $schema: _dropped, ...kept } = jsonSchema.input({ target: "draft-07", ...libraryOptions });
  return kept;
}

/** Checks a value. Gives the value as the schema reads it: defaults filled in, transforms applied. */
export async function checkValue(schema: Schema, value: unknown): Promise<CheckedValue> {
  const standard = isStandard(schema) ? schema : parsedJsonSchema(schema);
  try {
    const result = await standard["~standard"].validate(value);
    return result.issues ? { issues: result.issues.map(sentence) } : { value: result.value };
  } catch (thrown) {
    // A transform that throws: libraries pass that on, but it is the value that is at fault.
    return { issues: [toError(thrown).message] };
  }
}

/**
 * Checks the arguments of a call. A key that the schema does not name is a fault as well, unless the schema says that there may be others.
 *
 * Source: smolagents tools.py, validate_tool_arguments.
 */
export async function checkArguments(schema: Schema, input: unknown): Promise<CheckedValue> {
  const unknown = unknownKeys(toJsonSchema(schema), input).map((key) => `${key}: there is no such argument`);
  const checked = await checkValue(schema, input);
  if (unknown.length === 0) return checked;
  return { issues: [...unknown, ...(checked.issues ?? [])] };
}

/** Reads a plain JSON Schema into a validator, once a schema. */
const parsedJsonSchemas = new WeakMap<JsonSchema, StandardSchema>();
function parsedJsonSchema(schema: JsonSchema): StandardSchema {
  const known = parsedJsonSchemas.get(schema);
  if (known) return known;
  try {
    const parsed = z.fromJSONSchema(schema);
    parsedJsonSchemas.set(schema, parsed);
    return parsed;
  } catch (cause) {
    throw new ConfigurationError(`A JSON Schema cannot be read: ${String(cause)}`, { cause });
  }
}

function unknownKeys(schema: JsonSchema, input: unknown): string[] {
  const { properties } = schema;
  const isOpen = OPENING_KEYWORDS.some((keyword) => keyword in schema && schema[keyword] !== false);
  if (isOpen || !isObject(properties) || !isObject(input)) return [];
  return Object.keys(input).filter((key) => !Object.hasOwn(properties, key));
}

const OPENING_KEYWORDS = ["additionalProperties", "patternProperties", "allOf", "anyOf", "oneOf", "$ref"];

function isObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isStandard(schema: Schema): schema is StandardSchema {
  return "~standard" in schema;
}

function sentence({ path = [], message }: Issue): string {
  const keys = path.map((segment) => String(typeof segment === "object" ? segment.key : segment));
  return keys.length === 0 ? message : `${keys.join(".")}: ${message}`;
}

function describeDates(node: { zodSchema: { _zod: { def: { type: string } } }; jsonSchema: object }): void {
  if (node.zodSchema._zod.def.type === "date") Object.assign(node.jsonSchema, { type: "string", format: "date-time" });
}
