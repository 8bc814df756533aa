/** Says what does not fit, and where: `steps[3].timing.endTime: expected number, received string`. */
type Check = (value: unknown, place: string) => readonly string[];

const text = ofType("string");
const number = ofType("number");
const images = listOf(variants("type", { image: fields({ url: text }) }));
const namedImages = listOf(variants("type", { image: fields({ url: text, name: text }) }));
const parts = listOf(variants("type", { text: fields({ text }), image: fields({ url: text }) }));
const content: Check = (value, place) => (typeof value === "string" ? [] : parts(value, place));
const toolCalls = listOf(fields({ id: text, name: text }));
const message = variants("role", {
  system: fields({ content: text }),
  user: fields({ content }),
  assistant: fields({ content: text, toolCalls, reasoning: optional(text) }),
  tool: fields({ toolCallId: text, toolName: text, content }),
});
const timing = fields({ startTime: number, endTime: number, durationMs: number });
const usage = fields({
  inputTokens: number,
  outputTokens: number,
  totalTokens: number,
  cachedTokens: optional(number),
  cacheWriteTokens: optional(number),
  reasoningTokens: optional(number),
  audioInputTokens: optional(number),
  audioOutputTokens: optional(number),
  costUsd: optional(number),
});
const error = fields({ type: text, message: text });
const observation = fields({
  toolCallId: optional(text),
  toolName: optional(text),
  text,
  error: optional(error),
});
const modelCall = { modelInput: listOf(message), modelOutput: text, usage: optional(usage), timing };

const step = variants("type", {
  "system-prompt": fields({ systemPrompt: text }),
  task: fields({ task: text, images: optional(images) }),
  planning: fields({ ...modelCall, plan: text }),
  action: fields({
    ...modelCall,
    stepNumber: number,
    reasoning: optional(text),
    toolCalls,
    code: optional(text),
    observations: listOf(observation),
    images: optional(namedImages),
    error: optional(error),
    isFinalAnswer: ofType("boolean"),
  }),
});
const savedMemory = fields({ steps: listOf(step) });

/**
 * Checks the steps of a saved memory, version 1. Gives a sentence per fault, with its place; fields beside the known ones are let through.
 *
 * By hand, as `AgentMemory.fromJSON` is synchronous: a schema library would have to be loaded with this package, and takes as long as all of it.
 */
export function checkSavedMemory(saved: unknown): readonly string[] {
  return savedMemory(saved, "");
}

function ofType(type: "string" | "number" | "boolean"): Check {
  return (value, place) => (typeof value === type ? [] : [mismatch(type, value, place)]);
}

function optional(check: Check): Check {
  return (value, place) => (value === undefined ? [] : check(value, place));
}

function listOf(item: Check): Check {
  return (value, place) => {
    if (!Array.isArray(value)) return [mismatch("array", value, place)];
    return value.flatMap((each: unknown, index) => item(each, `${place}[${index}]`));
  };
}

function fields(checks: Readonly<Record<string, Check>>): Check {
  return (value, place) => {
    if (!isObject(value)) return [mismatch("object", value, place)];
    return Object.entries(checks).flatMap(([name, check]) => check(value[name], place ? `${place}.${name}` : name));
  };
}

/** Objects of several kinds, told apart by the value of one key. */
function variants(key: string, checks: Readonly<Record<string, Check>>): Check {
  const names = Object.keys(checks).join(" or ");
  return (value, place) => {
    if (!isObject(value)) return [mismatch("object", value, place)];
    const kind = value[key];
    const check = typeof kind === "string" && Object.hasOwn(checks, kind) ? checks[kind] : undefined;
    if (check) return check(value, place);
    return [`${place}.${key}: its ${key} must be ${names}; what has another was written by another release`];
  };
}

function mismatch(expected: string, value: unknown, place: string): string {
  const received = value === null ? "null" : Array.isArray(value) ? "array" : typeof value;
  return `${place}: expected ${expected}, received ${received}`;
}

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
