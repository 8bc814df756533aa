import { ScriptedModel } from "vitrine/testing";

const SPOT = { spot: "Anchor Point" };
const ANSWER =
  "Yes: Anchor Point is 35 minutes away, and this afternoon has waves of 1.6 m, a light wind from the land and no rain.";

/** Plays the one who asks, first with two tools, then with one. */
export function scriptedModel(): ScriptedModel {
  return new ScriptedModel(
    [
      {
        content: "If the drive is too long, the weather does not matter: I look at the drive first.",
        toolCalls: [{ name: "get_travel_time", arguments: SPOT }],
        usage: { inputTokens: 958, outputTokens: 46 },
      },
      {
        content: "35 minutes is within the hour. Now the weather.",
        toolCalls: [{ name: "get_surf_weather", arguments: SPOT }],
        usage: { inputTokens: 1041, outputTokens: 41 },
      },
      {
        toolCalls: [{ name: "final_answer", arguments: { answer: ANSWER } }],
        usage: { inputTokens: 1129, outputTokens: 52 },
      },
      {
        toolCalls: [{ name: "return_spot_information", arguments: SPOT }],
        usage: { inputTokens: 923, outputTokens: 27 },
      },
      {
        toolCalls: [{ name: "final_answer", arguments: { answer: ANSWER } }],
        usage: { inputTokens: 1018, outputTokens: 52 },
      },
    ],
    { modelId: "scripted-surf-trip" },
  );
}
