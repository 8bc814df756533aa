/** Fields of a request that the model itself reads, in the words of OpenAI's APIs and of those that are near to them. */
const CONTENT: ReadonlySet<string> = new Set([
  "messages",
  "input",
  "prompt",
  "suffix",
  "instructions",
  "system",
  "prediction",
  "documents",
  "tools",
  "functions",
]);

/** Leaves of what is sent to a model how it is asked, and nothing that it reads: that has attributes, and masks, of its own. Gives the very object where there is none. */
export function withoutContent(parameters: Readonly<Record<string, unknown>>): Readonly<Record<string, unknown>> {
  const names = Object.keys(parameters);
  if (!names.some((name) => CONTENT.has(name))) return parameters;
  return Object.fromEntries(names.filter((name) => !CONTENT.has(name)).map((name) => [name, parameters[name]]));
}
