import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { register } from "vitrine/collector";
import { instrument } from "vitrine/instrumentors";
import { spanTree } from "vitrine/testing";
import { sayWhereTheTraceWent } from "./say-where-the-trace-went.ts";

interface Tracing {
  /** How often a model was asked up to now: the LLM spans. */
  modelCalls(): number;
  /** Prints the tree of all that was traced, sends it, and says where it can be seen. */
  end(): Promise<void>;
}

/** Traces every agent of the program from now on: what gdp.ts does in the open. */
export function startTracing(): Tracing {
  const spans = new InMemorySpanExporter();
  const collector = register({ spanProcessors: [new SimpleSpanProcessor(spans)] });
  instrument(collector);
  return {
    modelCalls: () =>
      spans.getFinishedSpans().filter(({ attributes }) => attributes["openinference.span.kind"] === "LLM").length,
    end: async () => {
      console.log(`\n${spanTree(spans.getFinishedSpans())}`);
      await sayWhereTheTraceWent(collector, spans.getFinishedSpans());
    },
  };
}
