import type { startFaultySink } from "../../support/faulty-sink.ts";

/** For `expect.poll`: what was sent has come by then. */
export const A_MINUTE = { timeout: 60_000 };

type Sink = Awaited<ReturnType<typeof startFaultySink>>;

/** Gives the ids of all spans that have come, each once. */
export function idsIn(sinks: readonly Sink[]): string[] {
  const spans = sinks.flatMap(({ requests }) => requests.flatMap((request) => request.spans));
  return [...new Set(spans.map(({ spanId }) => spanId))].toSorted();
}
