import { type Attributes, type AttributeValue, diag } from "@opentelemetry/api";
import type { AttributeList } from "./attribute-list.ts";
import { REDACTED, uploadOrRedact, withoutLongImages } from "./base64-images.ts";
import { errorType } from "./exceptions.ts";
import { dataUrlOf, editParts } from "./edit-parts.ts";
import { MASK_RULES } from "./mask-rules.ts";
import { safeValue, toAttributeValue } from "./safe-values.ts";
import type { TraceConfig } from "./trace-config.ts";
import { PLAIN_EVENT_ATTRIBUTES } from "./vitrine-attributes.ts";

/** Under which name the function `mask` sees the message of a span's status. Source: OpenTelemetry, for backends that know no status. */
const STATUS_MESSAGE = "otel.status_description";
const GEN_AI_PREFIX = "gen_ai.";

/**
 * Makes attributes fit to be exported: masked as the configuration says, and of values that every backend can store.
 *
 * Gives the very object that it was given where there is nothing to change. Whatever fails is left out, with a warning.
 * Source: OpenInference, spec/configuration.md; where `openinference-core` does less, the specification.
 */
export function maskAttributes(attributes: Attributes, config: TraceConfig): Attributes {
  return editAttributes(attributes, editorOf(config));
}

/** Does the same for a list of attributes, and hands over each that is left. */
export function maskEach(
  { keys, values }: AttributeList,
  config: TraceConfig,
  take: (key: string, value: AttributeValue) => void,
): void {
  const edit = editorOf(config);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? "";
    const exported = editOrWarn(edit, key, values[index]);
    if (exported !== undefined) take(key, exported);
  }
}

/** Does the same for the attributes of an event. With inputs or outputs hidden, an event keeps its types, its numbers and its names only. */
export function maskEvent(attributes: Attributes, config: TraceConfig): Attributes {
  const edit = editorOf(config);
  if (!hidesMessages(config)) return editAttributes(attributes, edit);
  return editAttributes(attributes, (key, value) => edit(key, withoutWords(key, value)));
}

/** Gives the message of a failed span's status. With inputs or outputs hidden, only the type of the error can be read. */
export function maskStatusMessage(error: Error, config: TraceConfig): string {
  const type = errorType(error);
  const text = `${type}: ${hidesMessages(config) ? REDACTED : error.message}`;
  const edited = editorOf(config)(STATUS_MESSAGE, text);
  return typeof edited === "string" ? edited : type;
}

/** Gives what is exported in the place of a value; undefined for nothing. */
type Edit = (key: string, value: unknown) => AttributeValue | undefined;

/** Messages of errors tell what a call was given, or gave, in words that no key foretells. */
function hidesMessages({ hideInputs, hideOutputs }: TraceConfig): boolean {
  return hideInputs || hideOutputs;
}

function withoutWords(key: string, value: unknown): unknown {
  if (PLAIN_EVENT_ATTRIBUTES.has(key)) return value;
  return typeof value === "number" || typeof value === "boolean" ? value : REDACTED;
}

function editAttributes(attributes: Attributes, edit: Edit): Attributes {
  let edited: Attributes | undefined;
  const keys = Object.keys(attributes);
  for (let index = 0; index < keys.length; index++) {
    const key = keys[index] ?? "";
    const value = readOrWarn(attributes, key);
    const exported = editOrWarn(edit, key, value);
    if (exported !== undefined && !edited && exported === value) continue;
    edited ??= Object.fromEntries(keys.slice(0, index).map((before) => [before, attributes[before]]));
    if (exported !== undefined) edited[key] = exported;
  }
  return edited ?? attributes;
}

/** Is called for every attribute: it makes no objects. */
function editOrWarn(edit: Edit, key: string, value: unknown): AttributeValue | undefined {
  try {
    return edit(key, value);
  } catch (fault) {
    warn(key, fault);
    return undefined;
  }
}

function readOrWarn(attributes: Attributes, key: string): unknown {
  try {
    return attributes[key];
  } catch (fault) {
    warn(key, fault);
    return undefined;
  }
}

function warn(key: string, fault: unknown): void {
  diag.warn(`vitrine: the attribute "${key}" could not be masked, and is left out`, fault);
}

/** A configuration never changes, and is asked at every span: which rules it has on is found out once. */
const editors = new WeakMap<TraceConfig, Edit>();

function editorOf(config: TraceConfig): Edit {
  const known = editors.get(config);
  if (known) return known;
  const edit = makeEditor(config);
  editors.set(config, edit);
  return edit;
}

function makeEditor(config: TraceConfig): Edit {
  const rules = MASK_RULES.filter(({ isOn }) => isOn(config));
  const { mask } = config;
  return (key, given) => {
    let value = toAttributeValue(given);
    if (rules.length > 0) value = byRules(rules, key, value);
    if (typeof value === "string" && mayHoldLongImage(key, value.length, config))
      value = shortenImages(value, { key, config });
    if (mask && value !== undefined) value = toAttributeValue(mask(key, value));
    return value === undefined ? undefined : safeValue(key, value);
  };
}

function byRules(rules: typeof MASK_RULES, key: string, given: AttributeValue | undefined): AttributeValue | undefined {
  let value = given;
  for (const { covers, edit } of rules) if (value !== undefined && covers(key)) value = edit(value);
  return value;
}

/** In the names of GenAI, an image is no `data:` URL of its own, and shorter than one. */
function mayHoldLongImage(key: string, length: number, { base64ImageMaxLength }: TraceConfig): boolean {
  return length > base64ImageMaxLength || key.startsWith(GEN_AI_PREFIX);
}

function shortenImages(text: string, { key, config }: { readonly key: string; readonly config: TraceConfig }): string {
  const short = withoutLongImages(text, { key, config });
  if (!key.startsWith(GEN_AI_PREFIX) || !short.includes('"blob"')) return short;
  const rewritten = editParts(short, (part) => {
    const url = dataUrlOf(part);
    if (!url || url.length <= config.base64ImageMaxLength) return part;
    const uri = uploadOrRedact(url, { key, config });
    return uri === REDACTED ? { ...part, content: REDACTED } : { type: "uri", modality: "image", uri };
  });
  return rewritten ?? short;
}
