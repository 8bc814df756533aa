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
import type { Tool, ToolContext } from "../../../src/tools/tool.ts";
import { toolSpec } from "../../../src/tools/tool-spec.ts";
import { FoundImages, imageAttributes } from "./images.ts";
import { shortDescription } from "../../shared/text.ts";

/** Describes a tool call before it is made. The arguments are JSON, also a text alone; `tool.parameters` is the schema, not the arguments. */
export function toolStartAttributes(tool: Tool, input: unknown, { callId }: Partial<ToolContext> = {}): Attributes {
  const { name, description, inputSchema } = toolSpec(tool);
  const found = new FoundImages(INPUT_IMAGES);
  const { text, isJson } = shortDescription(input, found.replace);
  const isText = typeof input === "string";
  return {
    [TOOL_NAME]: name,
    [TOOL_DESCRIPTION]: description,
    ...(callId === undefined ? {} : { [TOOL_ID]: callId }),
    [INPUT_VALUE]: isText ? JSON.stringify(input) : text,
    [INPUT_MIME_TYPE]: isJson || isText ? MimeType.JSON : MimeType.TEXT,
    [TOOL_PARAMETERS]: JSON.stringify(inputSchema),
    [TOOL_JSON_SCHEMA]: JSON.stringify({ type: "function", function: { name, description, parameters: inputSchema } }),
    ...imageAttributes(INPUT_IMAGES, found.urls),
  };
}
