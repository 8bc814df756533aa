import { ROOT_CONTEXT, trace } from "@opentelemetry/api";
import { startSpoolProvider } from "../../support/spool-provider.ts";

const FLUSH_LIMIT_MS = 120_000;

/** A program whose spans go through a spool to one address, until the test ends. */
interface Sender {
  /** Gives the ids of all spans that have ended, sorted. */
  readonly ids: () => string[];
  /** Runs so many traces, of four spans each. A span is named for its trace: its name is the trace's id. */
  readonly run: (traces: number) => void;
  /** Runs a trace of one span that has an attribute of so many characters. */
  readonly runLarge: (characters: number) => void;
  /** Waits until all that has ended was taken: two minutes at most, if not told otherwise. */
  readonly flush: (timeoutMs?: number) => Promise<void>;
}

/** Starts one. */
export function startSender(endpoint: string): Sender {
  const { provider, processor } = startSpoolProvider({ endpoint });
  const tracer = provider.getTracer("docker");
  const sent: string[] = [];
  const runOne = (): void => {
    const root = tracer.startSpan("root", { root: true });
    const { traceId } = root.spanContext();
    const inside = trace.setSpan(ROOT_CONTEXT, root);
    const spans = [root.updateName(traceId), ...[1, 2, 3].map(() => tracer.startSpan(traceId, {}, inside))];
    for (const span of spans.toReversed()) {
      span.end();
      sent.push(span.spanContext().spanId);
    }
  };
  return {
    ids: () => sent.toSorted(),
    run: (traces) => {
      for (let count = 0; count < traces; count += 1) runOne();
    },
    runLarge: (characters) => {
      const span = tracer.startSpan("large", { root: true, attributes: { "input.value": "x".repeat(characters) } });
      span.end();
      sent.push(span.spanContext().spanId);
    },
    flush: async (timeoutMs = FLUSH_LIMIT_MS) => processor.forceFlush({ timeoutMs }),
  };
}
