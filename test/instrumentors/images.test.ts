import { describe, expect, it } from "vitest";
import { tool, ToolCallingAgent } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { z } from "zod";
import { outputWithImages, splitImages } from "../../instrumentors/agent/attributes/images.ts";
import { answers, calls } from "../support/replies.ts";
import { traceEachTest } from "../support/traces.ts";

const traces = traceEachTest();
const PNG = "data:image/png;base64,AAAA";
const image = { type: "image", url: PNG } as const;

describe("splitImages", () => {
  const cyclic: Record<string, unknown> = { image };
  cyclic["self"] = cyclic;

  it.each([
    ["a text", "x", "x", []],
    ["an image", image, { type: "image", url: "p.0" }, [PNG]],
    [
      "images in data, each once",
      { a: [image], b: { image } },
      { a: [{ type: "image", url: "p.0" }], b: { image: { type: "image", url: "p.0" } } },
      [PNG],
    ],
    ["a reference by name", { type: "image", url: "image_1" }, { type: "image", url: "image_1" }, []],
    [
      "other data with a type and a url",
      { type: "image", url: PNG, alt: "x" },
      { type: "image", url: PNG, alt: "x" },
      [],
    ],
  ])("splits %s", (_what, value, rest, images) => {
    expect(splitImages(value, "p")).toEqual({ rest, images });
  });

  it("gives what holds no image back, the same object, and ends where data contains itself", () => {
    const plain = { a: [1], b: new Map() };
    expect(splitImages(plain, "p").rest).toBe(plain);
    expect(splitImages(cyclic, "p").images).toEqual([PNG]);
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
    expect([first?.includes(`images.1.image.url":"${PNG}`), second?.includes("base64")]).toEqual([true, false]);
    const sent = JSON.stringify(traces.spans().findLast(({ name }) => name === "ScriptedModel.generate")?.attributes);
    expect(sent).toContain(`message_content.image.image.url":"${PNG}`);
  });
});
