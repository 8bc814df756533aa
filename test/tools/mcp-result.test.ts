import { describe, expect, it } from "vitest";
import { readMcpResult } from "../../src/tools/mcp-result.ts";

const IMAGE = { type: "image", data: "AAAA", mimeType: "image/png" };
const PART = { type: "image", url: "data:image/png;base64,AAAA" };
const say = (text: string): { type: string; text: string } => ({ type: "text", text });

describe("readMcpResult", () => {
  it.each([
    ["nothing", [], ""],
    ["a text", [say("one")], "one"],
    ["an embedded text", [{ type: "resource", resource: { uri: "file:///a", text: "inside" } }], "inside"],
    ["an embedded file", [{ type: "resource", resource: { uri: "file:///a.zip", blob: "AAAA" } }], "file:///a.zip"],
    [
      "an embedded image",
      [{ type: "resource", resource: { uri: "file:///a.png", blob: "AAAA", mimeType: "image/png" } }],
      PART,
    ],
    ["a link", [{ type: "resource_link", uri: "https://host/a", name: "a" }], "https://host/a"],
    [
      "a sound",
      [{ type: "audio", data: "AAAA", mimeType: "audio/wav" }],
      "[audio of type audio/wav, which cannot be shown here]",
    ],
    ["two images", [IMAGE, IMAGE], [PART, PART]],
  ])("reads %s", (_what, content, output) => {
    expect(readMcpResult({ content }, { hasOutputSchema: false })).toEqual(output);
  });

  it.each([
    ["false, where that is the structured content", [say("no")], true, false],
    ["structured content without a schema", [say("no")], false, false],
    ["the image beside structured content that no schema speaks of", [IMAGE], false, PART],
    ["structured content that has a schema, whatever stands beside it", [IMAGE], true, false],
  ])("gives %s", (_what, content, hasOutputSchema, output) => {
    expect(readMcpResult({ content, structuredContent: false }, { hasOutputSchema })).toEqual(output);
  });

  it.each([
    ["what the server says", [say("no such city"), IMAGE], "no such city"],
    ["that it says nothing", [], "The MCP server says that the call failed, and not why."],
  ])("throws %s when the call failed", (_what, content, message) => {
    expect(() => readMcpResult({ content, isError: true }, { hasOutputSchema: true })).toThrow(message);
  });
});
