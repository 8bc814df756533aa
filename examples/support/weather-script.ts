import { ScriptedModel, type ScriptedReply } from "vitrine/testing";

/** Plays the one who asks, first with the poor tool, then with the good one. */
export function scriptedModel(): ScriptedModel {
  return new ScriptedModel([...withThePoorTool, ...withTheGoodTool], { modelId: "scripted-weather" });
}

/** Guesses formats until one will do, and then guesses what the numbers are. */
const withThePoorTool: readonly ScriptedReply[] = [
  asks("12/25/2026 10:00", { inputTokens: 930, outputTokens: 42 }),
  asks("2026-12-25T10:00:00", { inputTokens: 1010, outputTokens: 44 }),
  asks("December 25, 2026, 10:00 AM", { inputTokens: 1094, outputTokens: 43 }),
  asks("12/25/26 10:00:00", { inputTokens: 1176, outputTokens: 42 }),
  answers("Perhaps 28 °C. The report holds three numbers (28, 0.35, 0.85) and does not say what they are.", {
    inputTokens: 1249,
    outputTokens: 48,
  }),
];

/** Slips at the year, reads the error, and gets it right. */
const withTheGoodTool: readonly ScriptedReply[] = [
  asks("12/25/2026 10:00", { inputTokens: 987, outputTokens: 42 }),
  asks("12/25/26 10:00:00", { inputTokens: 1117, outputTokens: 43 }),
  answers("28.0 °C, with a risk of rain of 35 % and waves of 0.85 m.", { inputTokens: 1242, outputTokens: 39 }),
];

type Usage = Readonly<Record<"inputTokens" | "outputTokens", number>>;

function asks(dateTime: string, usage: Usage): ScriptedReply {
  const input = { location: "Anchor Point, Taghazout, Morocco", date_time: dateTime };
  return { toolCalls: [{ name: "get_weather_api", arguments: input }], usage };
}

function answers(answer: string, usage: Usage): ScriptedReply {
  return { toolCalls: [{ name: "final_answer", arguments: { answer } }], usage };
}
