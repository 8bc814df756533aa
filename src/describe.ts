import { inspect } from "node:util";

/** Writes any value as text for a model or a person: strings as they are, data as JSON, everything else as Node shows it. Never throws. */
export function describe(value: unknown): string {
  if (typeof value === "string") return value;
  try {
    return JSON.stringify(value) ?? String(value);
  } catch {
    return inspect(value, { depth: 6, getters: false });
  }
}

/** Cuts the middle out of a long text and says so. `maxLength` in UTF-16 code units. */
export function truncateMiddle(text: string, maxLength: number): string {
  if (text.length <= maxLength) return text;
  const half = Math.floor(maxLength / 2);
  return `${text.slice(0, half)}\n… [${text.length - 2 * half} characters cut to stay below ${maxLength}] …\n${text.slice(-half)}`;
}
