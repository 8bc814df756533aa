import { randomBytes } from "node:crypto";
import { openSync, writeSync } from "node:fs";
import { SpoolSpanProcessor } from "../../../src/collector/spool-span-processor.ts";
import { CONTEXT, spanWith } from "../otlp/small-spans.ts";

/** Ends spans until it is killed, and writes the id of each, which is its name too, to a file when its end has returned. */
const [endpoint = "", directory = "", reportFile = ""] = process.argv.slice(2);

const report = openSync(reportFile, "a");
const processor = new SpoolSpanProcessor({ endpoint, spool: { directory }, quiet: true });
const sizes = [10, 700, 10_000];

function endSome(): void {
  for (const size of sizes) {
    const spanId = randomBytes(8).toString("hex");
    const attributes = { text: "x".repeat(size) };
    processor.onEnd(spanWith({ name: spanId, spanContext: () => ({ ...CONTEXT, spanId }), attributes }));
    writeSync(report, `${spanId}\n`);
  }
}

setInterval(endSome, 2);
