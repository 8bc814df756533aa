// An answer that is a picture. What a tool draws is kept under a name, here `image_1`, so that no model has to copy it, and none can lose it.
// Run it: node --import tsx --conditions=@vitrine/source examples/car-picture.ts
import { writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { CodeAgent, type ImagePart, tool } from "vitrine";
import { z } from "zod";
import { scriptedModel } from "./support/car-picture-script.ts";
import { chooseModel } from "./support/choose-model.ts";
import { drawCar } from "./support/draw-car.ts";
import { sayWhatCameOut } from "./support/say-what-came-out.ts";
import { startTracing } from "./support/start-tracing.ts";

// Draws a small car whatever it is asked for; yours would ask a model that draws.
const textToImage = tool({
  name: "text_to_image",
  description: "Draws an image of what the prompt describes, and gives the image.",
  inputSchema: z.object({ prompt: z.string().describe("What to draw, in detail: subject, style, light.") }),
  execute: (): ImagePart => ({ type: "image", url: `data:image/png;base64,${drawCar().toString("base64")}` }),
});

const tracing = startTracing();
const { model } = chooseModel(scriptedModel(), { seesImages: false });
export const agent = new CodeAgent({ model, tools: [textToImage], maxSteps: 6 });
export const result = await sayWhatCameOut(agent.run("Make me a cool car picture"));

const [, base64] = /^data:image\/png;base64,(.*)$/.exec(urlOf(result?.output)) ?? [];
if (base64 !== undefined) {
  const file = join(tmpdir(), "vitrine-car.png");
  writeFileSync(file, base64, "base64");
  console.log(`The picture is in ${file}`);
}
await tracing.end();

/** A weak model may answer with words: then there is no address. */
function urlOf(answer: unknown): string {
  return typeof answer === "object" && answer !== null && "url" in answer ? String(answer.url) : "";
}
