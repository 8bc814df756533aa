import { ScriptedModel } from "vitrine/testing";

/** Plays an agent that draws, forgets to keep the picture in a variable of its own, and finds it under the name that it was told. */
export function scriptedModel(): ScriptedModel {
  return new ScriptedModel(
    [
      {
        content: "Thought: I draw the car with text_to_image, and look at what comes back.",
        code: `await text_to_image({
  prompt: "A cool, futuristic sports car with LED headlights, aerodynamic design and vibrant color, photorealistic",
});`,
        usage: { inputTokens: 2157, outputTokens: 68 },
      },
      {
        content: "Thought: The picture is kept as image_1. It is the answer.",
        code: "finalAnswer(image_1);",
        usage: { inputTokens: 2308, outputTokens: 29 },
      },
    ],
    { modelId: "scripted-car-picture" },
  );
}
