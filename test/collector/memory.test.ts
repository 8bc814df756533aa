import { describe, expect, it } from "vitest";
import type { Outage, OutageOrder } from "../bench/spool-outage.ts";
import { runSpoolProgram } from "../bench/spool-program.ts";

/** As many bytes as would be seen if they were kept: 240 MB. The hour itself is measured by `npm run bench:spool`. */
const OUTAGE = { seconds: 120, spansPerSecond: 200 };
const SPANS = OUTAGE.seconds * OUTAGE.spansPerSecond;
const MAX_BYTES = 64e6;

describe("a collector that is down", () => {
  it.each([
    ["in files", true],
    ["in memory", false],
  ])("costs less than 64 MB of memory, however many spans wait %s", async (_where, spool) => {
    const order: OutageOrder = { ...OUTAGE, spool };
    const outage = await runSpoolProgram<Outage>("outage", order);
    expect(outage.rss).toBeLessThan(MAX_BYTES);
    expect(outage.held).toBeLessThan(MAX_BYTES);
    expect(outage).toMatchObject({ ended: SPANS, waiting: SPANS - outage.dropped });
    expect(outage.dropped > 0).toBe(!spool);
    expect(outage.said).toMatch("ECONNREFUSED");
  });
});
