import { context, trace, type TracerProvider } from "@opentelemetry/api";
import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { AgentInstrumentor } from "vitrine/instrumentors";
import { afterEach, describe, expect, it } from "vitest";
import { search } from "../support/scripted-agents.ts";

afterEach(() => {
  trace.disable();
  context.disable();
});

const SEQUENCES = 40;
const LENGTH = 40;

function makeProvider() {
  const exporter = new InMemorySpanExporter();
  return { exporter, provider: new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }) };
}

/** Numbers from 0 to 1 that are the same for the same seed. Source: mulberry32. */
function randomOf(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Two instrumentors, the second made with a provider, and what is expected of them. */
class Expectation {
  readonly #initial: readonly (TracerProvider | undefined)[];
  readonly #targets: (TracerProvider | undefined)[];
  #owner: number | undefined;
  #global: TracerProvider | undefined;

  constructor(initial: readonly (TracerProvider | undefined)[]) {
    this.#initial = initial;
    this.#targets = [...initial];
  }

  /** Where a span goes now; undefined for nowhere. */
  get target(): TracerProvider | undefined {
    return this.#owner === undefined ? undefined : (this.#targets[this.#owner] ?? this.#global);
  }

  isEnabled(index: number): boolean {
    return this.#owner === index;
  }

  instrument(index: number, provider?: TracerProvider): void {
    this.#targets[index] = provider ?? this.#initial[index];
    this.#owner = index;
  }

  uninstrument(index: number): void {
    this.disable(index);
    this.#targets[index] = this.#initial[index];
  }

  enable(index: number): void {
    this.#owner = index;
  }

  disable(index: number): void {
    if (this.#owner === index) this.#owner = undefined;
  }

  retarget(index: number, provider: TracerProvider): void {
    this.#targets[index] = provider;
  }

  registerGlobal(provider: TracerProvider): void {
    this.#global = provider;
  }
}

describe("whatever is switched, and in whatever order", () => {
  it.each(Array.from({ length: SEQUENCES }, (_, seed) => seed))(
    "a call has one span, or none: sequence %d",
    async (seed) => {
      const random = randomOf(seed);
      const below = (count: number): number => Math.floor(random() * count);
      const [first, second, third] = [makeProvider(), makeProvider(), makeProvider()];
      const initial = [undefined, third.provider] as const;
      const instrumentors = initial.map((tracerProvider) => new AgentInstrumentor({ tracerProvider }));
      const expected = new Expectation(initial);
      const done: string[] = [];
      const actions = (index: number, instrumentor: AgentInstrumentor, { provider }: ReturnType<typeof makeProvider>) =>
        [
          [
            "instrument to",
            () => (instrumentor.instrument({ tracerProvider: provider }), expected.instrument(index, provider)),
          ],
          ["instrument", () => (instrumentor.instrument(), expected.instrument(index))],
          ["uninstrument", () => (instrumentor.uninstrument(), expected.uninstrument(index))],
          ["enable", () => (instrumentor.enable(), expected.enable(index))],
          ["disable", () => (instrumentor.disable(), expected.disable(index))],
          ["set provider", () => (instrumentor.setTracerProvider(provider), expected.retarget(index, provider))],
        ] as const;
      for (let count = 0; count < LENGTH; count++) {
        if (count === LENGTH / 2) {
          first.provider.register();
          expected.registerGlobal(first.provider);
        }
        const index = below(2);
        const instrumentor = instrumentors[index] ?? new AgentInstrumentor();
        const action = actions(index, instrumentor, below(2) === 0 ? first : second)[below(6)];
        action?.[1]();
        done.push(`${action?.[0]} ${index}`);
        for (const { exporter } of [first, second, third]) exporter.reset();
        await search.call({ query: "a" });
        const got = [first, second, third].map(({ exporter }) => exporter.getFinishedSpans().length);
        const wanted = [first, second, third].map(({ provider }) => Number(provider === expected.target));
        expect({ got, enabled: instrumentors.map((each) => each.isEnabled()), done }).toEqual({
          got: wanted,
          enabled: [expected.isEnabled(0), expected.isEnabled(1)],
          done,
        });
      }
      for (const instrumentor of instrumentors) instrumentor.uninstrument();
    },
  );
});
