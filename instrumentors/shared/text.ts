import {
  INPUT_MIME_TYPE,
  INPUT_VALUE,
  MimeType,
  OUTPUT_MIME_TYPE,
  OUTPUT_VALUE,
} from "@arizeai/openinference-semantic-conventions";
import type { Attributes } from "@opentelemetry/api";
import { describeAs, type DescribeOptions } from "../../src/describe.ts";
import { withoutLongData } from "./base64-images.ts";
import { MAX_LENGTH } from "./safe-values.ts";

type Replace = DescribeOptions["replace"];

/** How long JSON of ours may be: somewhat shorter than what is exported, lest it be cut there. */
const MAX_JSON_LENGTH = MAX_LENGTH - 48_576;

/** Writes a value as it is exported, or about: what is far too long is not looked at to its end. */
export function shortDescription(value: unknown, replace?: Replace): ReturnType<typeof describeAs> {
  const { text, isJson } = describeAs(value, { maxLength: MAX_JSON_LENGTH, ...(replace ? { replace } : {}) });
  return { text, isJson: isJson && text.length <= MAX_LENGTH };
}

/** Gives `input.value` with its MIME type: text for a string, else JSON. Nothing for undefined. What goes in came out somewhere: the data of sound and files is left out. */
export function inputAttributes(value: unknown, replace?: Replace): Attributes {
  if (value === undefined) return {};
  const { text, isJson } = shortDescription(value, replace);
  return { [INPUT_VALUE]: withoutLongData(text), [INPUT_MIME_TYPE]: isJson ? MimeType.JSON : MimeType.TEXT };
}

/** Gives `output.value` with its MIME type: text for a string, else JSON. Nothing for undefined. */
export function outputAttributes(value: unknown, replace?: Replace): Attributes {
  if (value === undefined) return {};
  const { text, isJson } = shortDescription(value, replace);
  return { [OUTPUT_VALUE]: text, [OUTPUT_MIME_TYPE]: isJson ? MimeType.JSON : MimeType.TEXT };
}
