import type { StandardSchema } from "./schema.ts";

/** The part of JSON Schema that is checked here: types, alternatives of types, properties. */
interface PlainJsonSchema {
  readonly type?: "string" | "object" | "null";
  readonly anyOf?: readonly PlainJsonSchema[];
  readonly description?: string;
  readonly properties?: Readonly<Record<string, PlainJsonSchema>>;
  readonly required?: readonly string[];
}

interface Fault {
  readonly message: string;
  readonly path: readonly string[];
}

/**
 * Makes a schema of a simple JSON Schema, for the tools of this package. `Output` says in types what the schema says in words.
 *
 * Without a schema library: loading one takes as long as loading all of this package, and not every program needs one.
 */
export function plainSchema<Output>(schema: PlainJsonSchema): StandardSchema<Output> {
  const isFit = (value: unknown): value is Output => faultsOf(schema, value).length === 0;
  return {
    "~standard": {
      vendor: "vitrine",
      validate: (value) => (isFit(value) ? { value } : { issues: faultsOf(schema, value) }),
      jsonSchema: { input: () => ({ ...schema }) },
    },
  };
}

/** Is any text. */
export const TEXT = plainSchema<string>({ type: "string" });

/** Makes the schema of arguments that are texts, all of them needed: descriptions by name. */
export function textArguments<Name extends string>(
  descriptions: Readonly<Record<Name, string>>,
): StandardSchema<Readonly<Record<Name, string>>> {
  const properties = Object.entries<string>(descriptions).map(
    ([name, description]) => [name, { type: "string", description }] as const,
  );
  return plainSchema({
    type: "object",
    properties: Object.fromEntries(properties),
    required: Object.keys(descriptions),
  });
}

function faultsOf(schema: PlainJsonSchema, value: unknown, path: readonly string[] = []): readonly Fault[] {
  const { type, anyOf = [{ type }], properties = {}, required = [] } = schema;
  const received = typeOf(value);
  if (!anyOf.some((each) => each.type === undefined || each.type === received)) {
    const expected = anyOf.map((each) => each.type).join(" or ");
    return [{ message: `expected ${expected}, received ${received}`, path }];
  }
  if (typeof value !== "object" || value === null) return [];
  return Object.entries(properties).flatMap(([name, property]) => {
    const part: unknown = Reflect.get(value, name);
    if (part !== undefined) return faultsOf(property, part, [...path, name]);
    return required.includes(name) ? [{ message: "it is missing", path: [...path, name] }] : [];
  });
}

function typeOf(value: unknown): string {
  if (value === null) return "null";
  return Array.isArray(value) ? "array" : typeof value;
}
