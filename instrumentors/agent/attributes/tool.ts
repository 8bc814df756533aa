import {
  INPUT_IMAGES,
  INPUT_MIME_TYPE,
  INPUT_VALUE,
  MimeType,
  TOOL_DESCRIPTION,
  TOOL_ID,
  TOOL_JSON_SCHEMA,
  TOOL_NAME,
  TOOL_PARAMETERS,
} from "@arizeai/openinference-semantic-conventions";
import type { Attributes } from "@opentelemetry/api";
import { describe } from "../../../src/describe.ts";
import type { Tool, ToolContext } from "../../../src/tools/tool.ts";
import { toolSpec } from "../../../src/tools/tool-spec.ts";
import { imageAttributes, splitImages } from "./images.ts";

/** Describes a tool call before it is made. The arguments are always JSON; `tool.parameters` is the schema, not the arguments. */
export function toolStartAttributes(tool: Tool, input: unknown, { callId }: Partial<ToolContext> = {}): Attributes {
  const { name, description, inputSchema } = toolSpec(tool);
  const { rest, images } = splitImages(input, INPUT_IMAGES);
  return {
    [TOOL_NAME]: name,
    [TOOL_DESCRIPTION]: description,
    ...(callId === undefined ? {} : { [TOOL_ID]: callId }),
    [INPUT_VALUE]: typeof rest === "string" ? JSON.stringify(rest) : describe(rest),
    [INPUT_MIME_TYPE]: MimeType.JSON,
    [TOOL_PARAMETERS]: JSON.stringify(inputSchema),
    [TOOL_JSON_SCHEMA]: JSON.stringify({ type: "function", function: { name, description, parameters: inputSchema } }),
    ...imageAttributes(INPUT_IMAGES, images),
  };
}
