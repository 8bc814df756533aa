// One tool, written poorly and written well: its description and its errors are all that a model knows of it.
// Run it: node --import tsx --conditions=@vitrine/source examples/weather.ts
import { type Tool, tool, ToolCallingAgent } from "vitrine";
import { z } from "zod";
import { chooseModel } from "./support/choose-model.ts";
import { sayWhatCameOut } from "./support/say-what-came-out.ts";
import { startTracing } from "./support/start-tracing.ts";
import { scriptedModel } from "./support/weather-script.ts";

const QUESTION =
  "What will the weather be like at Anchor Point, Taghazout, Morocco, on 25 December 2026 at 10 in the morning?";

// Which format has the date? What was wrong with it? And what do the three numbers mean?
const poorTool = tool({
  name: "get_weather_api",
  description: "Returns the weather report.",
  inputSchema: z.object({
    location: z.string().describe("The name of the place that you want the weather for."),
    date_time: z.string().describe("The date and time for which you want the report."),
  }),
  execute: ({ location, date_time }) => {
    const dateTime = parseDateTime(date_time);
    if (!dateTime) throw new Error("Invalid date");
    return reportAt(coordinatesOf(location), dateTime);
  },
});

// Says what it wants, what it did, what went wrong and how to mend it; and answers in words, with units.
const goodTool = tool({
  name: "get_weather_api",
  description: "Returns the weather report for a place, at a date and time.",
  inputSchema: z.object({
    location: z
      .string()
      .describe(
        "The name of the place that you want the weather for. A place name, perhaps a city and a country, like 'Anchor Point, Taghazout, Morocco'.",
      ),
    date_time: z
      .string()
      .describe("The date and time for which you want the report, in the format '%m/%d/%y %H:%M:%S'."),
  }),
  execute: ({ location, date_time }, { log }) => {
    const dateTime = parseDateTime(date_time);
    if (!dateTime)
      throw new Error(
        `Conversion of \`date_time\` to a date failed: "${date_time}" is not in the format '%m/%d/%y %H:%M:%S'. Write it like '07/31/26 18:30:00'.`,
      );
    const coordinates = coordinatesOf(location);
    log(`Asked the station at ${coordinates.join(", ")}.`);
    const [temperature, rain, waves] = reportAt(coordinates, dateTime);
    return `Weather report for ${location}, ${date_time}: Temperature will be ${temperature.toFixed(1)}°C, risk of rain is ${rain * 100}%, wave height is ${waves}m.`;
  },
});

const tracing = startTracing();
const { model } = chooseModel(scriptedModel());
console.log("\nWith the poor tool:");
export const poor = await ask(poorTool);
console.log("\nWith the good tool:");
export const good = await ask(goodTool);
await tracing.end();

async function ask(weatherTool: Tool): ReturnType<typeof sayWhatCameOut> {
  return sayWhatCameOut(new ToolCallingAgent({ model, tools: [weatherTool], maxSteps: 6 }).run(QUESTION));
}

/** Takes the one format that both tools want. */
function parseDateTime(text: string): Date | undefined {
  const [, month, day, year, time] = /^(\d\d)\/(\d\d)\/(\d\d) (\d\d:\d\d:\d\d)$/.exec(text) ?? [];
  const date = new Date(`20${year}-${month}-${day}T${time}Z`);
  return Number.isNaN(date.getTime()) ? undefined : date;
}

/** Stands in for a map: every place is at the same one. */
function coordinatesOf(_location: string): readonly [number, number] {
  return [3.3, -42.0];
}

/** Stands in for a weather station: temperature in °C, risk of rain from 0 to 1, height of the waves in m. */
function reportAt(_coordinates: readonly [number, number], _dateTime: Date): readonly [number, number, number] {
  return [28.0, 0.35, 0.85];
}
