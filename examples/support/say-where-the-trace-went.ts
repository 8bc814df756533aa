import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import type { Collector } from "vitrine/collector";

/** Sends what is left, and says where it can be seen; or that nobody took it yet. */
export async function sayWhereTheTraceWent(collector: Collector, spans: readonly ReadableSpan[]): Promise<void> {
  const { url } = collector.endpoint;
  await collector.shutdown();
  if (collector.stats().waiting > 0) {
    console.log("\nThe trace waits for a collector. Start Phoenix with `npm run phoenix`: the next run sends it.");
    return;
  }
  const traceId = spans[0]?.spanContext().traceId ?? "";
  console.log(`\nThe trace was sent to ${url}. In Phoenix: ${new URL(`/redirects/traces/${traceId}`, url).href}`);
}
