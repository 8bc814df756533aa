import { crc32, inflateSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { drawCar } from "../../examples/support/draw-car.ts";
import { importExample } from "./import-example.ts";

const { agent, result } = await importExample(async () => import("../../examples/car-picture.ts"));

const CAR = { type: "image", url: `data:image/png;base64,${drawCar().toString("base64")}` };

describe("the picture of a car", () => {
  it("is kept under a name, though the code that drew it kept nothing", () => {
    expect(result?.steps[1]).toMatchObject({ images: [{ name: "image_1", ...CAR }] });
    expect(agent.state).toEqual({ image_1: CAR });
  });

  it("is told to the model by that name, and shown to a model that can see", () => {
    const step = result?.steps[2];
    expect(step?.type === "action" && step.modelInput.slice(-2)).toEqual([
      { role: "user", content: expect.stringMatching(/The image is kept as image_1(?!.*base64)/s) },
      { role: "user", content: [{ type: "text", text: "Images: image_1" }, CAR] },
    ]);
  });

  it("is a variable of the next step's code, and the answer", () => {
    expect(result?.steps[2]).toMatchObject({ code: "finalAnswer(image_1);", isFinalAnswer: true });
    expect(result?.output).toEqual(CAR);
  });

  it("is a PNG, each chunk with its checksum, a byte a pixel", () => {
    const chunks = chunksOf(drawCar());
    expect(chunks.map(({ type }) => type)).toEqual(["IHDR", "PLTE", "IDAT", "IEND"]);
    expect(chunks.filter(({ isWhole }) => !isWhole)).toEqual([]);
    const [header, , pixels] = chunks;
    expect([header?.data.readUInt32BE(0), header?.data.readUInt32BE(4)]).toEqual([256, 112]);
    expect(inflateSync(pixels?.data ?? "")).toHaveLength((256 + 1) * 112);
  });
});

function chunksOf(png: Buffer): { readonly type: string; readonly data: Buffer; readonly isWhole: boolean }[] {
  const chunks = [];
  for (let start = 8; start < png.length;) {
    const end = start + 8 + png.readUInt32BE(start);
    const isWhole = crc32(png.subarray(start + 4, end)) === png.readUInt32BE(end);
    chunks.push({ type: png.toString("latin1", start + 4, start + 8), data: png.subarray(start + 8, end), isWhole });
    start = end + 4;
  }
  return chunks;
}
