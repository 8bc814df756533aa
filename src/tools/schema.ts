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
  /** What zod expected: the name of a type. */
  readonly expected?: unknown;
  /** Where zod tried alternatives: what is wrong with each. */
  readonly errors?: ReadonlyArray<readonly Issue[]> | undefined;
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
  const known = described.get(schema) ?? asSent(isStandard(schema) ? describeSchema(schema) : schema);
  described.set(schema, known);
  return known;
}

const described = new WeakMap<Schema, JsonSchema>();

/** Providers refuse `$schema`, and a root that only refers to a definition, as zod writes a schema with an id. */
function asSent({ $schema: _dropped, ...schema }: JsonSchema): JsonSchema {
  const { $ref, definitions } = schema;
  const name = typeof $ref === "string" ? /^#\/definitions\/([^/~%]+)$/.exec($ref)?.[1] : undefined;
  const root = name !== undefined && isObject(definitions) ? Reflect.get(definitions, name) : undefined;
  return isObject(root) ? { ...root, definitions } : schema;
}

function describeSchema(schema: StandardSchema): JsonSchema {
  const { jsonSchema, vendor } = schema["~standard"];
  if (typeof jsonSchema?.input !== "function") {
    throw new ConfigurationError(
      `A schema of "${vendor}" does not describe itself as JSON Schema. Take zod >= 4.2 or arktype, wrap a valibot schema in toStandardJsonSchema(), or give a JSON Schema object.`,
    );
  }
  const libraryOptions =
    vendor === "zod" ? { libraryOptions: { unrepresentable: "any", override: describeDates } } : {};
  return jsonSchema.input({ target: "draft-07", ...libraryOptions });
}

/** Checks a value. Gives the value as the schema reads it: defaults filled in, transforms applied. */
export async function checkValue(schema: Schema, value: unknown): Promise<CheckedValue> {
  const standard = (isStandard(schema) ? schema : await parsedJsonSchema(schema))["~standard"];
  try {
    let result = await standard.validate(value);
    const dated = withDates(value, result.issues);
    if (dated !== value) result = await standard.validate(dated);
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

/** JSON has no dates: a text that was to be one is read as one. */
function withDates(value: unknown, issues: readonly Issue[] = []): unknown {
  return issues
    .filter(({ expected }) => expected === "date")
    .reduce((read, { path }) => withDate(read, keysOf(path)), value);
}

function withDate(value: unknown, [key, ...rest]: readonly PropertyKey[]): unknown {
  if (key === undefined) return typeof value === "string" && !Number.isNaN(Date.parse(value)) ? new Date(value) : value;
  if (Array.isArray(value)) return value.map((item: unknown, index) => (index === key ? withDate(item, rest) : item));
  return isObject(value) ? { ...value, [key]: withDate(Reflect.get(value, key), rest) } : value;
}

/** Reads a plain JSON Schema into a validator, once a schema. Loads zod for it: programs that have none of these, nor zod's own, do without. */
const parsedJsonSchemas = new WeakMap<JsonSchema, StandardSchema>();
async function parsedJsonSchema(schema: JsonSchema): Promise<StandardSchema> {
  const known = parsedJsonSchemas.get(schema);
  if (known) return known;
  const { z } = await import("zod");
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

function keysOf(path: Issue["path"] = []): PropertyKey[] {
  return path.map((segment) => (typeof segment === "object" ? segment.key : segment));
}

function sentence({ path, message, errors = [] }: Issue): string {
  const keys = keysOf(path).map(String);
  const alternatives = errors.filter((issues) => issues.length > 0).map((issues) => issues.map(sentence).join(" and "));
  const said = alternatives.length === 0 ? message : `${message} (${alternatives.join(", or ")})`;
  return keys.length === 0 ? said : `${keys.join(".")}: ${said}`;
}

function describeDates(node: { zodSchema: { _zod: { def: { type: string } } }; jsonSchema: object }): void {
  if (node.zodSchema._zod.def.type === "date") Object.assign(node.jsonSchema, { type: "string", format: "date-time" });
}
