import { REDACTED_VALUE } from "@arizeai/openinference-core";
import { type Attributes, diag } from "@opentelemetry/api";
import { afterEach, describe, expect, it } from "vitest";
import { maskAttributes } from "../../instrumentors/shared/masks.ts";
import {
  type BlobUploader,
  resolveTraceConfig,
  type TraceConfigOptions,
} from "../../instrumentors/shared/trace-config.ts";
import { truncateMiddle } from "../../src/describe.ts";
import { ATTRIBUTES, image } from "../support/mask-attributes.ts";
import { keepWarnings } from "../support/warnings.ts";

afterEach(() => diag.disable());

describe("the gen_ai twins", () => {
  it("lose their texts, and keep roles and calls", () => {
    expect(parts("gen_ai.input.messages", { hideInputText: true })).toEqual([
      {
        role: "user",
        parts: [
          { type: "text", content: REDACTED_VALUE },
          { type: "reasoning", content: REDACTED_VALUE },
          { type: "blob", modality: "image", mime_type: "image/png", content: "QUFB" },
          { type: "tool_call", id: "1", name: "search", arguments: { q: "tea" } },
          { type: "tool_call_response", id: "1", response: REDACTED_VALUE },
        ],
      },
    ]);
    expect(parts("gen_ai.system_instructions", { hideInputText: true })).toEqual([
      { type: "text", content: REDACTED_VALUE },
    ]);
  });

  it("lose their images", () => {
    expect(JSON.stringify(parts("gen_ai.input.messages", { hideInputImages: true }))).not.toContain("QUFB");
  });

  it("lose the bytes of long images only", () => {
    const said = [{ role: "user", parts: ["A", "B"].map((letter, index) => blob(letter.repeat(10 + 90 * index))) }];
    const attributes = { "gen_ai.input.messages": JSON.stringify(said) };
    const masked = maskAttributes(attributes, resolveTraceConfig({ base64ImageMaxLength: 60 }, {}));
    expect(JSON.parse(String(masked["gen_ai.input.messages"]))).toEqual([
      { role: "user", parts: [blob("A".repeat(10)), blob(REDACTED_VALUE)] },
    ]);
  });

  it("lose the images and texts of what a tool gave, too", () => {
    const response = [{ type: "text", content: "look" }, blob("QUFB")];
    const attributes = { "gen_ai.input.messages": JSON.stringify(toolMessage(response)) };
    const left = (options: TraceConfigOptions): unknown =>
      JSON.parse(String(maskAttributes(attributes, resolveTraceConfig(options, {}))["gen_ai.input.messages"]));
    expect(left({ hideInputImages: true })).toEqual(toolMessage([{ type: "text", content: "look" }]));
    expect(left({ hideInputText: true })).toEqual(toolMessage(REDACTED_VALUE));
  });

  it("go as a whole where they cannot be read", () => {
    const attributes = { "gen_ai.input.messages": "no JSON but a secret" };
    expect(maskAttributes(attributes, resolveTraceConfig({ hideInputText: true }, {}))).toEqual({});
  });
});

describe("an image inside a text", () => {
  const attributes = { "input.value": `{"a":"${image}","b":"kept"}`, "output.value": `see ${image} there` };

  it("is redacted with the images of the input", () => {
    expect(maskAttributes(attributes, resolveTraceConfig({ hideInputImages: true }, {}))).toEqual({
      "input.value": '{"a":"__REDACTED__","b":"kept"}',
      "output.value": attributes["output.value"],
    });
  });

  it("is redacted wherever it stands when it is too long, and left when it is not", () => {
    expect(maskAttributes(attributes, resolveTraceConfig({ base64ImageMaxLength: 121 }, {}))).toEqual({
      "input.value": '{"a":"__REDACTED__","b":"kept"}',
      "output.value": "see __REDACTED__ there",
    });
    expect(maskAttributes(attributes, resolveTraceConfig({ base64ImageMaxLength: 122 }, {}))).toBe(attributes);
  });

  it("is redacted to its end when its middle was cut out", () => {
    const text = truncateMiddle(`{"a":"${image}${"C".repeat(900)}","b":"kept"}`, 400);
    const masked = maskAttributes({ "input.value": text }, resolveTraceConfig({ hideInputImages: true }, {}));
    expect(masked).toEqual({ "input.value": '{"a":"__REDACTED__","b":"kept"}' });
  });

  it("is redacted to its last line when its Base64 is broken into lines", () => {
    const lines = Array.from({ length: 3 }, () => "B".repeat(76)).join("\n");
    const text = { "output.value": `data:image/png;base64,${lines}\nThat was it.` };
    expect(maskAttributes(text, resolveTraceConfig({ base64ImageMaxLength: 0 }, {}))).toEqual({
      "output.value": "__REDACTED__\nThat was it.",
    });
  });
});

describe("blobUploader", () => {
  const place = { "input.images.0.image.url": image };

  function upload(blobUploader: BlobUploader): Attributes {
    return maskAttributes(place, resolveTraceConfig({ base64ImageMaxLength: 50, blobUploader }, {}));
  }

  it("gives the address that stands in the place of a long image", () => {
    const seen: unknown[] = [];
    const masked = upload((url, { key }) => {
      seen.push([url, key]);
      return "https://images.example.org/1";
    });
    expect(masked).toEqual({ "input.images.0.image.url": "https://images.example.org/1" });
    expect(seen).toEqual([[image, "input.images.0.image.url"]]);
  });

  it.each([
    ["nothing", () => undefined, 0],
    ["no address", () => "images/1", 1],
    ["the image itself", (url: string) => url, 1],
  ])("has the image redacted when it gives %s", (_name, blobUploader, warned) => {
    const warnings = keepWarnings();
    expect(upload(blobUploader)).toEqual({ "input.images.0.image.url": REDACTED_VALUE });
    expect(warnings).toHaveLength(warned);
  });

  it("has the image redacted when it throws, with one warning", () => {
    const warnings = keepWarnings();
    expect(upload(() => fail("no bucket"))).toEqual({ "input.images.0.image.url": REDACTED_VALUE });
    expect(warnings).toHaveLength(1);
  });

  it("is not given what is hidden anyway", () => {
    const asked: string[] = [];
    const blobUploader: BlobUploader = (url) => void asked.push(url);
    const options = { base64ImageMaxLength: 50, hideInputImages: true, blobUploader };
    expect(maskAttributes(place, resolveTraceConfig(options, {}))).toEqual({});
    expect(asked).toEqual([]);
  });
});

function fail(reason: string): never {
  throw new Error(reason);
}

function parts(key: string, options: TraceConfigOptions): unknown {
  const masked = maskAttributes(ATTRIBUTES, resolveTraceConfig(options, {}))[key];
  return JSON.parse(String(masked));
}

function blob(content: string): object {
  return { type: "blob", modality: "image", mime_type: "image/png", content };
}

function toolMessage(response: unknown): object[] {
  return [{ role: "tool", parts: [{ type: "tool_call_response", id: "1", response }] }];
}
