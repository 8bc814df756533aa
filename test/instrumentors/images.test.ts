import { describe, expect, it } from "vitest";
import { tool, ToolCallingAgent } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { z } from "zod";
import { outputWithImages } from "../../instrumentors/agent/attributes/images.ts";
import { toolStartAttributes } from "../../instrumentors/agent/attributes/tool.ts";
import { answers, calls } from "../support/replies.ts";
import { traceEachTest } from "../support/traces.ts";

const traces = traceEachTest();
const PNG = "data:image/png;base64,AAAA";
const image = { type: "image", url: PNG } as const;

describe("images in data", () => {
  it.each([
    ["an image", image, '{"type":"image","url":"output.images.0"}', [PNG]],
    [
      "images in data, each once",
      { a: [image], b: { image } },
      '{"a":[{"type":"image","url":"output.images.0"}],"b":{"image":{"type":"image","url":"output.images.0"}}}',
      [PNG],
    ],
    ["a reference by name", { type: "image", url: "image_1" }, '{"type":"image","url":"image_1"}', []],
    [
      "other data with a type and a url",
      { type: "image", url: PNG, alt: "x" },
      `{"type":"image","url":"${PNG}","alt":"x"}`,
      [],
    ],
  ])("have references in their place: %s", (_what, value, text, images) => {
    const { "output.value": said, "output.mime_type": _type, ...others } = outputWithImages(value);
    expect([said, Object.values(others)]).toEqual([text, images]);
  });

  it("are found also where data contains itself", () => {
    const cyclic: Record<string, unknown> = { image };
    cyclic["self"] = cyclic;
    expect(Object.values(outputWithImages(cyclic))).toContain(PNG);
  });

  it("are looked for while data is read, which is once", () => {
    let reads = 0;
    const input = {
      get key() {
        reads++;
        return "a";
      },
    };
    toolStartAttributes(tool({ name: "t", description: "T.", inputSchema: z.object({}), execute: () => 1 }), input);
    expect(reads).toBe(1);
  });
});

describe("outputWithImages", () => {
  it("has the bytes of an image in one place", () => {
    expect(outputWithImages({ seen: image }, ["https://example.org/b.png", PNG])).toEqual({
      "output.value": '{"seen":{"type":"image","url":"output.images.0"}}',
      "output.mime_type": "application/json",
      "output.images.0.image.url": PNG,
      "output.images.1.image.url": "https://example.org/b.png",
    });
  });
});

describe("the images of a run", () => {
  it("stand on the TOOL span, on its step and in the next model call", async () => {
    const draw = tool({
      name: "draw",
      description: "Draws.",
      inputSchema: z.object({}),
      execute: (_input, { showImage }) => {
        showImage({ type: "image", url: "https://example.org/shown.png" });
        return image;
      },
    });
    const model = new ScriptedModel([calls(["draw", {}]), answers(1)]);
    await new ToolCallingAgent({ model, tools: [draw], console: false }).run("Go");
    const { attributes } = traces.span("draw");
    expect(attributes).toMatchObject({
      "output.images.0.image.url": PNG,
      "output.images.1.image.url": "https://example.org/shown.png",
    });
    expect(attributes["output.value"]).not.toContain("base64");
    const [first, second] = ["Step 1", "Step 2"].map((name) => JSON.stringify(traces.span(name).attributes));
    expect(first).toContain(`output.images.1.image.url":"${PNG}`);
    expect(second).toContain(`input.images.1.image.url":"${PNG}`);
    expect(second).not.toContain("output.images");
    const sent = JSON.stringify(traces.spans().findLast(({ name }) => name === "ScriptedModel.generate")?.attributes);
    expect(sent).toContain(`message_content.image.image.url":"${PNG}`);
  });
});
