import type { ImagePart } from "../models/message.ts";
import { type AttributeTree, isTree, itemsAt, jsonAt, numberAt, textAt } from "./trace-attributes.ts";
import { REDACTED } from "./trace-likeness.ts";
import type { TraceSpan } from "./trace-span.ts";

/** What a run was told beside its task: options of `run`. */
export interface RecordedRunOptions {
  /** As JSON has them: a date is a text, a function is not there. */
  readonly additionalArgs?: Readonly<Record<string, unknown>>;
  readonly images?: readonly ImagePart[];
  readonly maxSteps?: number;
}

/** What began a run. */
export interface RecordedStart {
  /** Undefined where there is no AGENT span, or masks have hidden it. */
  readonly task: string | undefined;
  readonly runOptions: RecordedRunOptions;
}

/**
 * Finds what a run was asked and told, on the AGENT span that started first: with that it can be run again.
 *
 * Images of `additionalArgs` are put back in their places; one that was given both ways counts as theirs.
 */
export function startOf(spans: readonly TraceSpan[]): RecordedStart {
  const root = spans.find(({ kind }) => kind === "AGENT");
  if (!root) return { task: undefined, runOptions: {} };
  const task = textAt(root.attributes, "input.value");
  return { task: task === REDACTED ? undefined : task, runOptions: optionsOf(root.attributes) };
}

function optionsOf(attributes: AttributeTree): RecordedRunOptions {
  const images = new Map(
    [...itemsAt(attributes, "input.images")].map(([index, item]) => [`input.images.${index}`, item]),
  );
  const given = jsonAt(attributes, "vitrine.additional_args");
  const used = new Set<string>();
  const additionalArgs = putBack(given, (reference) => {
    const url = urlOf(images.get(reference));
    if (url !== undefined) used.add(reference);
    return url;
  });
  const shown = [...images].flatMap(([reference, item]) => (used.has(reference) ? [] : (urlOf(item) ?? [])));
  const maxSteps = numberAt(attributes, "vitrine.max_steps");
  return {
    ...(isTree(additionalArgs) ? { additionalArgs } : {}),
    ...(shown.length > 0 ? { images: shown.map((url) => ({ type: "image", url })) } : {}),
    ...(maxSteps === undefined ? {} : { maxSteps }),
  };
}

function urlOf(item: AttributeTree | undefined): string | undefined {
  return item && textAt(item, "image.url");
}

function putBack(value: unknown, urlAt: (reference: string) => string | undefined): unknown {
  if (Array.isArray(value)) return value.map((item: unknown) => putBack(item, urlAt));
  if (!isTree(value)) return value;
  const { type, url } = value;
  const known = type === "image" && typeof url === "string" ? urlAt(url) : undefined;
  if (known !== undefined) return { type, url: known };
  return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, putBack(item, urlAt)]));
}
