import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import type { Collector } from "vitrine/collector";

/** Sends what is left, and says where it can be seen; or that nobody took it. */
export async function sayWhereTheTraceWent(collector: Collector, spans: readonly ReadableSpan[]): Promise<void> {
  const { url } = collector.endpoint;
  if (!(await answers(url))) {
    console.log(
      `\nNo collector answers at ${url}: this tree is all that is left of the trace. Start Phoenix with: npm run phoenix`,
    );
    return;
  }
  try {
    await collector.shutdown();
  } catch (error) {
    console.log(
      `\n${error instanceof Error ? error.message : String(error)}\nThis tree is all that is left of the trace. Start Phoenix with: npm run phoenix`,
    );
    return;
  }
  const traceId = spans[0]?.spanContext().traceId ?? "";
  console.log(`\nThe trace was sent to ${url}. In Phoenix: ${new URL(`/redirects/traces/${traceId}`, url).href}`);
}

/** Whatever it answers: there is somebody. */
async function answers(url: string): Promise<boolean> {
  try {
    await fetch(url, { method: "HEAD", signal: AbortSignal.timeout(2_000) });
    return true;
  } catch {
    return false;
  }
}
