import { type Attributes, type AttributeValue, diag } from "@opentelemetry/api";
import { REDACTED, uploadOrRedact, withoutLongImages } from "./base64-images.ts";
import { errorType } from "./exceptions.ts";
import { dataUrlOf, editParts } from "./gen-ai-messages.ts";
import { MASK_RULES, type MaskRule } from "./mask-rules.ts";
import { safeValue, toAttributeValue } from "./safe-values.ts";
import type { TraceConfig } from "./trace-config.ts";
import { PLAIN_EVENT_ATTRIBUTES } from "./vitrine-attributes.ts";

/** Under which name the function `mask` sees the message of a span's status. Source: OpenTelemetry, for backends that know no status. */
const STATUS_MESSAGE = "otel.status_description";

/**
 * Makes attributes fit to be exported: masked as the configuration says, and of values that every backend can store.
 *
 * Gives the very object that it was given where there is nothing to change. Whatever fails is left out, with a warning.
 * Source: OpenInference, spec/configuration.md; where `openinference-core` does less, the specification.
 */
export function maskAttributes(attributes: Attributes, config: TraceConfig): Attributes {
  return editAttributes(attributes, editorOf(config));
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
  for (const [index, key] of keys.entries()) {
    let [exported, isSame]: [AttributeValue | undefined, boolean] = [undefined, false];
    try {
      const value = attributes[key];
      exported = edit(key, value);
      isSame = exported === value;
    } catch (fault) {
      diag.warn(`vitrine: the attribute "${key}" could not be masked, and is left out`, fault);
    }
    if (isSame && !edited) continue;
    edited ??= Object.fromEntries(keys.slice(0, index).map((before) => [before, attributes[before]]));
    if (exported !== undefined) edited[key] = exported;
  }
  return edited ?? attributes;
}

function editorOf(config: TraceConfig): Edit {
  const rules = MASK_RULES.filter(({ isOn }) => isOn(config));
  return (key, given) => {
    const value = applyRules(rules, { key, value: toAttributeValue(given) });
    const short = typeof value === "string" ? shortenImages(value, { key, config }) : value;
    const masked = short === undefined || !config.mask ? short : toAttributeValue(config.mask(key, short));
    return masked === undefined ? undefined : safeValue(key, masked);
  };
}

function applyRules(rules: readonly MaskRule[], { key, value }: Given): AttributeValue | undefined {
  let left = value;
  for (const { covers, edit } of rules) {
    if (left === undefined) return undefined;
    if (covers(key)) left = edit(left);
  }
  return left;
}

function shortenImages(text: string, { key, config }: { readonly key: string; readonly config: TraceConfig }): string {
  const short = withoutLongImages(text, { key, config });
  if (!key.startsWith("gen_ai.") || !short.includes('"blob"')) return short;
  const rewritten = editParts(short, (part) => {
    const url = dataUrlOf(part);
    if (!url || url.length <= config.base64ImageMaxLength) return part;
    const uri = uploadOrRedact(url, { key, config });
    return uri === REDACTED ? { ...part, content: REDACTED } : { type: "uri", modality: "image", uri };
  });
  return rewritten ?? short;
}

interface Given {
  readonly key: string;
  readonly value: AttributeValue | undefined;
}
