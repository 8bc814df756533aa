import {
  INPUT_MIME_TYPE,
  INPUT_VALUE,
  MimeType,
  OUTPUT_MIME_TYPE,
  OUTPUT_VALUE,
} from "@arizeai/openinference-semantic-conventions";
import type { Attributes } from "@opentelemetry/api";
import { describe, toJson } from "../../../src/describe.ts";

/** Gives `input.value` with its MIME type: text for a string, else JSON. Nothing for undefined. */
export function inputAttributes(value: unknown): Attributes {
  return value === undefined ? {} : { [INPUT_VALUE]: describe(value), [INPUT_MIME_TYPE]: mimeTypeOf(value) };
}

/** Gives `output.value` with its MIME type: text for a string, else JSON. Nothing for undefined. */
export function outputAttributes(value: unknown): Attributes {
  return value === undefined ? {} : { [OUTPUT_VALUE]: describe(value), [OUTPUT_MIME_TYPE]: mimeTypeOf(value) };
}

function mimeTypeOf(value: unknown): MimeType {
  const isText = typeof value === "string" || value instanceof Error || value instanceof RegExp;
  return isText || toJson(value) === undefined ? MimeType.TEXT : MimeType.JSON;
}
