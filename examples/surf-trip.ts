// Fewer model calls: two tools that are always needed together, against one that does the work of both. The trace counts the calls.
// Run it: node --import tsx --conditions=@vitrine/source examples/surf-trip.ts
import { type Tool, tool, ToolCallingAgent } from "vitrine";
import { z } from "zod";
import { chooseModel } from "./support/choose-model.ts";
import { sayWhatCameOut } from "./support/say-what-came-out.ts";
import { startTracing } from "./support/start-tracing.ts";
import { scriptedModel } from "./support/surf-trip-script.ts";

const QUESTION = "I am in Agadir and would drive for an hour at most. Can I surf at Anchor Point this afternoon?";

const spot = z.object({ spot: z.string().describe("The name of a surf spot near Agadir, like 'Anchor Point'.") });

const getTravelTime = tool({
  name: "get_travel_time",
  description: "Says how far a surf spot is from Agadir, and how long the drive takes.",
  inputSchema: spot,
  execute: ({ spot: name }) => travelTimeTo(name),
});

const getSurfWeather = tool({
  name: "get_surf_weather",
  description: "Gives this afternoon's weather and waves at a surf spot.",
  inputSchema: spot,
  execute: ({ spot: name }) => weatherAt(name),
});

// What is always asked together is one tool: no model has to decide to ask for the second half.
const returnSpotInformation = tool({
  name: "return_spot_information",
  description:
    "Gives all that a surfer in Agadir must know of a spot: the drive, this afternoon's weather, and the waves.",
  inputSchema: spot,
  execute: ({ spot: name }) => `${travelTimeTo(name)}\n${weatherAt(name)}`,
});

const tracing = startTracing();
const { model } = chooseModel(scriptedModel());
console.log("\nWith two tools:");
export const two = await ask([getTravelTime, getSurfWeather]);
console.log("\nWith one tool:");
export const one = await ask([returnSpotInformation]);
console.log(`\nTwo tools: ${two.modelCalls} model calls, ${two.tokens} tokens.`);
console.log(`One tool:  ${one.modelCalls} model calls, ${one.tokens} tokens.`);
await tracing.end();

async function ask(tools: readonly Tool[]) {
  const before = tracing.modelCalls();
  const result = await sayWhatCameOut(new ToolCallingAgent({ model, tools, maxSteps: 6 }).run(QUESTION));
  return { result, modelCalls: tracing.modelCalls() - before, tokens: result?.usage.totalTokens ?? 0 };
}

/** Stands in for a service that knows the roads. */
function travelTimeTo(name: string): string {
  return `${name} is 21 km from Agadir: 35 minutes by car.`;
}

/** Stands in for a service that knows the weather. */
function weatherAt(name: string): string {
  return `This afternoon at ${name}: 24 °C, no rain, wind 8 km/h from the land, waves 1.6 m every 13 s.`;
}
