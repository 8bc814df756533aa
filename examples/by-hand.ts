// The same tracing with OpenTelemetry's own parts, set up by hand: each span goes to the console, and to Phoenix as soon as it ends.
// Run it: node --import tsx --conditions=@vitrine/source examples/by-hand.ts
import { OTLPTraceExporter } from "@opentelemetry/exporter-trace-otlp-proto";
import { ConsoleSpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { tool, ToolCallingAgent } from "vitrine";
import { instrument } from "vitrine/instrumentors";
import { ScriptedModel } from "vitrine/testing";
import { z } from "zod";

const provider = new NodeTracerProvider({
  spanLimits: { attributeCountLimit: 10_000 }, // the default is 128: a run of 40 messages is more than that
  spanProcessors: [
    new SimpleSpanProcessor(
      new OTLPTraceExporter({
        url: `${process.env["PHOENIX_COLLECTOR_ENDPOINT"] ?? "http://localhost:6006"}/v1/traces`,
      }),
    ),
    new SimpleSpanProcessor(new ConsoleSpanExporter()),
  ],
});
instrument(provider);

const getWeather = tool({
  name: "get_weather",
  description: "Weather report for a place.",
  inputSchema: z.object({ location: z.string() }),
  execute: ({ location }) => `Weather report for ${location}: 28 °C, risk of rain 35 %.`,
});
const model = new ScriptedModel([
  { toolCalls: [{ name: "get_weather", arguments: { location: "Taghazout, Morocco" } }] },
  { toolCalls: [{ name: "final_answer", arguments: { answer: "Warm, and perhaps a little rain." } }] },
]);
const agent = new ToolCallingAgent({ model, tools: [getWeather] });

const { output } = await agent.run("Is it a day for the beach in Taghazout?");
console.log("Answer:", output);
await provider.shutdown();
