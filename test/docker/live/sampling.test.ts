import { ROOT_CONTEXT, SpanStatusCode, trace } from "@opentelemetry/api";
import { expect, it } from "vitest";
import { startFaultySink } from "../../support/faulty-sink.ts";
import { startSpoolProvider } from "../../support/spool-provider.ts";
import { startCollector } from "./collector-process.ts";
import { describeCollector } from "./means.ts";

const TWO_MINUTES_MS = 120_000;

describeCollector("A collector of otelcol.gateway.yaml with otelcol.sampling.yaml", () => {
  it("keeps whole traces that failed or were slow, and the share of the others that is asked for", async () => {
    const backend = await startFaultySink();
    const collector = await startCollector({
      configs: ["otelcol.gateway.yaml", "otelcol.sampling.yaml"],
      env: { PHOENIX_ENDPOINT: backend.url, DECISION_WAIT: "1s", KEPT_PERCENTAGE: "0" },
    });
    const { provider, processor } = startSpoolProvider({ endpoint: collector.url });
    const tracer = provider.getTracer("docker");
    const now = Date.now();
    const runs = [
      { name: "ordinary", startTime: now - 1_000, isFailed: false },
      { name: "slow", startTime: now - TWO_MINUTES_MS, isFailed: false },
      { name: "failed", startTime: now - 1_000, isFailed: true },
    ];
    for (const { name, startTime, isFailed } of runs) {
      const root = tracer.startSpan(name, { root: true, startTime });
      const child = tracer.startSpan(`${name}, inside`, {}, trace.setSpan(ROOT_CONTEXT, root));
      if (isFailed) child.setStatus({ code: SpanStatusCode.ERROR });
      child.end();
      root.end();
    }
    await processor.forceFlush();

    const kept = ["failed", "failed, inside", "slow", "slow, inside"];
    await expect.poll(() => backend.kept.toSorted(), { timeout: 60_000 }).toEqual(kept);
  });
});
