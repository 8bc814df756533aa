import { readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { destinationId } from "../../../src/collector/delivery/destination.ts";
import { encodeSpan } from "../../../src/collector/otlp/encode-span.ts";
import { RECORD, readRecords } from "../../../src/collector/spool/record.ts";
import { REJECTED_FOLDER, setAside } from "../../../src/collector/spool/set-aside.ts";
import { startFaultySink } from "../../support/faulty-sink.ts";
import { startSpoolProvider, temporaryFolder } from "../../support/spool-provider.ts";
import { CONTEXT, spanWith } from "../otlp/small-spans.ts";
import { disown, filesBelow, openSpool } from "./spools.ts";

const REFUSAL = { url: "http://collector/v1/traces", reason: "400: no" };

describe("what will not be delivered", () => {
  it("lies in a folder of the spool, with its name and the reason", () => {
    const directory = temporaryFolder();
    const payload = Buffer.from(encodeSpan(spanWith({ name: "refused" })));
    const path = setAside(directory, payload, REFUSAL);
    const { traceId, spanId } = { traceId: CONTEXT.traceId.toLowerCase(), spanId: CONTEXT.spanId };
    expect(path).toBe(join(directory, REJECTED_FOLDER, `${traceId}-${spanId}`));
    expect(readFileSync(`${path}.otlp`)).toEqual(payload);
    expect(JSON.parse(readFileSync(`${path}.json`, "utf8"))).toEqual({
      traceId,
      spanId,
      name: "refused",
      ...REFUSAL,
      at: expect.stringMatching(/^\d{4}-.*Z$/),
    });
  });

  it("is bounded: past 64 MB the oldest half goes", () => {
    const directory = temporaryFolder();
    for (let index = 0; index < 70; index += 1) {
      const spanId = index.toString(16).padStart(16, "0");
      const attributes = { text: "x".repeat(1_000_000) };
      const span = spanWith({ spanContext: () => ({ ...CONTEXT, spanId }), attributes });
      setAside(directory, Buffer.from(encodeSpan(span)), REFUSAL);
    }
    const folder = join(directory, REJECTED_FOLDER);
    const bytes = readdirSync(folder).reduce((sum, name) => sum + statSync(join(folder, name)).size, 0);
    expect(bytes).toBeGreaterThan(32_000_000);
    expect(bytes).toBeLessThan(64 << 20);
    expect(readdirSync(folder).filter((name) => name.endsWith("0000000045.otlp"))).toHaveLength(1);
    expect(readdirSync(folder).filter((name) => name.endsWith("0000000000.otlp"))).toEqual([]);
  });

  it("is a damaged record too: its bytes, named by their segment and place; all others are delivered", async () => {
    const sink = await startFaultySink();
    const directory = temporaryFolder();
    const { spool } = openSpool({ directory, to: [destinationId(`${sink.url}/v1/traces`)] });
    for (const [index, name] of ["a", "b", "c"].entries()) {
      const spanId = `${index}`.padStart(16, "0");
      const span = spanWith({ name, spanContext: () => ({ ...CONTEXT, spanId }) });
      spool.append({ kind: RECORD.span, spanId, payload: encodeSpan(span) });
    }
    const path = filesBelow(directory).find((file) => file.endsWith(".spans")) ?? "";
    const bytes = readFileSync(path);
    const { start = 0, end = 0 } = readRecords(bytes).records[2] ?? {};
    bytes.fill(0, end - 9, end);
    writeFileSync(path, bytes);
    disown(directory);
    startSpoolProvider({ endpoint: sink.url, spool: { directory } });
    await sink.keptAtLeast(2);
    expect(sink.kept).toEqual(["a", "c"]);
    const [name = "", ...others] = readdirSync(join(directory, REJECTED_FOLDER));
    expect(others).toEqual([]);
    expect(name).toContain(spool.segments[0]?.facts.name);
    expect(name).toContain(`-${start}`);
    expect(readFileSync(join(directory, REJECTED_FOLDER, name))).toEqual(bytes.subarray(start, end));
  });
});
