import { setTimeout as delay } from "node:timers/promises";
import { CodeAgent, tool, ToolCallingAgent } from "vitrine";
import { z } from "zod";
import { drawSea } from "./draw-sea.ts";
import { playedModel } from "./played-model.ts";

const STEPS = 60;
const TOOL_MS = 60;
const spot = z.object({ spot: z.string().describe("The name of a surf spot, like 'Anchor Point'.") });

/** Asks two tools at once; one fails, reads why, and gets it right. */
export async function recoverFromATool(): Promise<unknown> {
  const model = playedModel([
    {
      content: "I ask for the weather and the drive at once.",
      toolCalls: [
        { name: "get_weather", arguments: { place: "Anchor Point, Taghazout", date: "12/25/2026" } },
        { name: "get_travel_time", arguments: { spot: "Anchor Point" } },
      ],
      usage: { inputTokens: 1087, outputTokens: 61 },
    },
    {
      content: "The date must be written year first.",
      toolCalls: [{ name: "get_weather", arguments: { place: "Anchor Point, Taghazout", date: "2026-12-25" } }],
      usage: { inputTokens: 1243, outputTokens: 44 },
    },
    {
      toolCalls: [
        { name: "final_answer", arguments: { answer: "Yes: half an hour's drive, 28 °C, and waves of 0.85 m." } },
      ],
      usage: { inputTokens: 1371, outputTokens: 38 },
    },
  ]);
  const getWeather = tool({
    name: "get_weather",
    description: "Weather report for a place and a day.",
    inputSchema: z.object({
      place: z.string().describe("The name of the place."),
      date: z.string().describe("The day, like '2026-07-31'."),
    }),
    execute: async ({ place, date }) => {
      await delay(TOOL_MS);
      if (!/^\d{4}-\d\d-\d\d$/.test(date)) throw new Error(`"${date}" is not a day. Write it like '2026-07-31'.`);
      return `${place}, ${date}: 28.0 °C, risk of rain 35 %, waves of 0.85 m.`;
    },
  });
  const agent = new ToolCallingAgent({ model, tools: [getWeather, getTravelTime], maxSteps: 6, console: false });
  return agent.run("Can I surf at Anchor Point on 25 December 2026, from Agadir?");
}

/** Compares the picture of its task with one that a tool shows, and answers with the better one. */
export async function lookAtImages(): Promise<unknown> {
  const model = playedModel([
    {
      content: "The picture shows a calm sea. I look at Killer Point for comparison.",
      toolCalls: [{ name: "look_at_webcam", arguments: { spot: "Killer Point" } }],
      usage: { inputTokens: 1422, outputTokens: 57 },
    },
    {
      toolCalls: [
        {
          name: "final_answer",
          arguments: { answer: "Killer Point has the higher waves: foam on every swell, and none at Anchor Point." },
        },
      ],
      usage: { inputTokens: 2561, outputTokens: 49 },
    },
  ]);
  const lookAtWebcam = tool({
    name: "look_at_webcam",
    description: "Gives the picture that the webcam of a surf spot takes right now.",
    inputSchema: spot,
    execute: () => ({ type: "image", url: drawSea(1) }),
  });
  const agent = new ToolCallingAgent({ model, tools: [lookAtWebcam], maxSteps: 4, console: false });
  return agent.run("This is Anchor Point now. Are the waves higher at Killer Point?", {
    images: [{ type: "image", url: drawSea(0.15) }],
  });
}

/** Reads a report a step, sixty of them: more than one span holds. */
export async function talkForLong(): Promise<unknown> {
  const days = Array.from({ length: STEPS - 1 }, (_, index) => index + 1);
  const model = playedModel([
    ...days.map((day) => ({
      content: `Now the report of day ${day}.`,
      toolCalls: [{ name: "read_report", arguments: { day } }],
      usage: { inputTokens: 900 + 640 * day, outputTokens: 24 },
    })),
    {
      toolCalls: [{ name: "final_answer", arguments: { answer: "The swell was highest on day 37, with 2.9 m." } }],
      usage: { inputTokens: 900 + 640 * STEPS, outputTokens: 32 },
    },
  ]);
  const readReport = tool({
    name: "read_report",
    description: "Gives the log of a buoy off Taghazout, every three hours, for one day.",
    inputSchema: z.object({ day: z.number().int().describe("The day of the season, from 1.") }),
    execute: ({ day }) => reportOf(day),
  });
  const agent = new ToolCallingAgent({ model, tools: [readReport], maxSteps: STEPS, console: false });
  return agent.run("On which day of the season was the swell highest? Read the log of each of its 59 days.");
}

/** Calls tools from code, two of them at once. */
export async function callFromCode(): Promise<unknown> {
  const model = playedModel([
    {
      reasoning: "Three spots, two questions each: all of it can be asked at once, and compared in code.",
      content: "Thought: I ask for the drive and the waves of all spots at once, and compare.",
      code: `const spots = ["Anchor Point", "Killer Point", "Tamraght"];
const found = await Promise.all(spots.map(async (spot) => {
  const [drive, swell] = await Promise.all([get_travel_time({ spot }), get_swell({ spot })]);
  return { spot, drive, swell };
}));
console.log(found);`,
      usage: { inputTokens: 2251, outputTokens: 118 },
    },
    {
      content: "Thought: Within half an hour, Anchor Point has the highest waves.",
      code: `const near = found.filter(({ drive }) => drive.minutes <= 30);
near.sort((a, b) => b.swell - a.swell);
finalAnswer(near[0]);`,
      usage: { inputTokens: 2540, outputTokens: 71 },
    },
  ]);
  const getSwell = tool({
    name: "get_swell",
    description: "Says how high the waves are at a surf spot, in metres.",
    inputSchema: spot,
    outputSchema: z.number(),
    execute: async ({ spot: name }) => {
      await delay(TOOL_MS * 2);
      return name === "Killer Point" ? 1.6 : 0.85;
    },
  });
  const agent = new CodeAgent({ model, tools: [getTravelTime, getSwell], maxSteps: 4, console: false });
  return agent.run("Which spot with a drive of at most half an hour has the highest waves?");
}

/** Is let down by its model after one step. */
export async function failForGood(): Promise<unknown> {
  const model = playedModel([
    {
      content: "I look up the drive first.",
      toolCalls: [{ name: "get_travel_time", arguments: { spot: "Anchor Point" } }],
      usage: { inputTokens: 1012, outputTokens: 29 },
    },
    new Error("429 You exceeded your current quota, please check your plan and billing details."),
  ]);
  const agent = new ToolCallingAgent({ model, tools: [getTravelTime], maxSteps: 4, console: false });
  return agent.run("How long do I drive to Anchor Point?").catch((error: unknown) => error);
}

const getTravelTime = tool({
  name: "get_travel_time",
  description: "Says how far a surf spot is from Agadir, in kilometres and minutes.",
  inputSchema: spot,
  execute: async ({ spot: name }) => {
    await delay(TOOL_MS);
    return name === "Killer Point" ? { kilometres: 27, minutes: 42 } : { kilometres: 20, minutes: 29 };
  },
});

function reportOf(day: number): string {
  const highest = day === 37 ? 2.9 : 1 + (day % 7) / 10;
  const hours = Array.from({ length: 8 }, (_, index) => {
    const hour = 3 * index;
    const swell = highest - Math.abs(hour - 12) / 20;
    return `${String(hour).padStart(2, "0")}:00 swell ${swell.toFixed(2)} m, period ${9 + (hour % 4)} s, wind ${8 + ((hour + day) % 9)} km/h from the north-west`;
  });
  return `Buoy off Taghazout, day ${day} of the season\n${hours.join("\n")}`;
}
