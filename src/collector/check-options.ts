import { ConfigurationError } from "../errors.ts";

/** Says what an option may be. */
export interface Rule {
  readonly holds: (value: unknown) => boolean;
  /** What it must be, in words: stands behind "must be". */
  readonly wants: string;
}

type Rules = Readonly<Record<string, Rule>>;

/** Takes any string. */
export const TEXT: Rule = { holds: (value) => typeof value === "string", wants: "a string" };
/** Takes a string that says something. */
export const NAME: Rule = {
  holds: (value) => typeof value === "string" && value.trim() !== "",
  wants: "a string that is not empty",
};
/** Takes a boolean. */
export const SWITCH: Rule = { holds: (value) => typeof value === "boolean", wants: "true or false" };
/** Takes all: the option is checked elsewhere, and its name is known. */
export const ANYTHING: Rule = { holds: () => true, wants: "anything" };

/**
 * Checks an object of options: its keys are known, and each value is what its rule wants. What is undefined is not given.
 *
 * `name` says whose options they are, as in "register()" or "spool"; a top-level option is named without it where `isTop`.
 * Errors: ConfigurationError, which names the option and, for a key that is not known, the near one.
 */
export function checkOptions(options: unknown, rules: Rules, { name, isTop = false }: Place): void {
  if (!isPlainObject(options)) {
    throw new ConfigurationError(`${name} takes an object of options, and was given ${inWords(options)}.`);
  }
  for (const [key, value] of Object.entries(options)) {
    const rule = Object.hasOwn(rules, key) ? rules[key] : undefined;
    if (rule === undefined) throw new ConfigurationError(unknownKey(key, Object.keys(rules), name));
    if (value !== undefined && !rule.holds(value)) {
      const option = isTop ? key : `${name}.${key}`;
      throw new ConfigurationError(`${option} must be ${rule.wants}, and is ${inWords(value)}.`);
    }
  }
}

interface Place {
  readonly name: string;
  readonly isTop?: boolean;
}

/** Makes the rule of a list whose items have these methods. */
export function listOf(methods: readonly string[], wants: string): Rule {
  return { holds: (value) => Array.isArray(value) && value.every((item) => hasMethods(item, methods)), wants };
}

/** Whether a value has all of these methods, its own or inherited. */
export function hasMethods(value: unknown, methods: readonly string[]): boolean {
  if (typeof value !== "object" || value === null) return false;
  return methods.every((method) => typeof Reflect.get(value, method) === "function");
}

/** Whether a value is an object that is no list. */
export function isPlainObject(value: unknown): value is object {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Says what a value is, and shows no more of it than a short text. */
export function inWords(value: unknown): string {
  if (value === null || value === undefined || typeof value === "boolean") return String(value);
  if (typeof value === "string") return value.length > 80 ? "a long string" : JSON.stringify(value);
  if (Array.isArray(value)) return value.length === 0 ? "an empty list" : `a list of ${inWords(value[0])}`;
  if (typeof value !== "object") return typeof value === "number" ? String(value) : `a ${typeof value}`;
  const prototype: unknown = Object.getPrototypeOf(value);
  if (prototype === null || prototype === Object.prototype) return "an object";
  return `an object of the class ${value.constructor.name}`;
}

function unknownKey(key: string, known: readonly string[], name: string): string {
  const near = known
    .map((other) => ({ other, distance: distanceOf(key.toLowerCase(), other.toLowerCase()) }))
    .toSorted((a, b) => a.distance - b.distance)[0];
  const isNear = near !== undefined && near.distance <= Math.max(2, key.length / 4);
  return `${name} knows no option "${key}". ${isNear ? `Did you mean "${near.other}"?` : `It knows ${known.join(", ")}.`}`;
}

/** How many letters are to be put in, taken out or changed to make one word of the other. */
function distanceOf(from: string, to: string): number {
  let row = Array.from({ length: to.length + 1 }, (_, index) => index);
  for (const [index, letter] of from.split("").entries()) {
    const next = [index + 1];
    for (let column = 0; column < to.length; column += 1) {
      const changed = (row[column] ?? 0) + (letter === to[column] ? 0 : 1);
      next.push(Math.min(changed, (row[column + 1] ?? 0) + 1, (next[column] ?? 0) + 1));
    }
    row = next;
  }
  return row[to.length] ?? 0;
}
