import { expect, it } from "vitest";
import { startFaultySink } from "../support/faulty-sink.ts";
import { startSpoolProvider } from "../support/spool-provider.ts";

const SPANS = 20_000;

it(`delivers each of ${SPANS} spans that end in one tick`, async () => {
  const sink = await startFaultySink();
  const { processor, provider } = startSpoolProvider({ endpoint: sink.url });
  const tracer = provider.getTracer("burst");
  const ended = new Set<string>();
  for (let index = 0; index < SPANS; index += 1) {
    const span = tracer.startSpan("span", { attributes: { index, text: "x".repeat(500) } });
    span.end();
    ended.add(span.spanContext().spanId);
  }
  await processor.forceFlush();
  const delivered = sink.requests.flatMap(({ spans }) => spans.map(({ spanId }) => spanId));
  expect(ended.size).toBe(SPANS);
  expect(delivered.toSorted()).toEqual([...ended].toSorted());
  expect(processor.stats()).toMatchObject({ ended: SPANS, delivered: SPANS, waiting: 0, dropped: { byReason: {} } });
});
