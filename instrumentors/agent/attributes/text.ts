import {
  INPUT_MIME_TYPE,
  INPUT_VALUE,
  MimeType,
  OUTPUT_MIME_TYPE,
  OUTPUT_VALUE,
} from "@arizeai/openinference-semantic-conventions";
import type { Attributes } from "@opentelemetry/api";
import { describeAs } from "../../../src/describe.ts";

/** Gives `input.value` with its MIME type: text for a string, else JSON. Nothing for undefined. */
export function inputAttributes(value: unknown): Attributes {
  return described(value, { valueName: INPUT_VALUE, mimeTypeName: INPUT_MIME_TYPE });
}

/** Gives `output.value` with its MIME type: text for a string, else JSON. Nothing for undefined. */
export function outputAttributes(value: unknown): Attributes {
  return described(value, { valueName: OUTPUT_VALUE, mimeTypeName: OUTPUT_MIME_TYPE });
}

function described(value: unknown, names: { readonly valueName: string; readonly mimeTypeName: string }): Attributes {
  if (value === undefined) return {};
  const { text, isJson } = describeAs(value);
  return { [names.valueName]: text, [names.mimeTypeName]: isJson ? MimeType.JSON : MimeType.TEXT };
}
