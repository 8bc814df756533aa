import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { readableUrl } from "../../../src/collector/delivery/destination.ts";
import { resolveEndpoint } from "../../../src/collector/endpoint.ts";
import { startFaultySink } from "../../support/faulty-sink.ts";
import { firstFailure, keepStderr, startSpoolProvider } from "../../support/spool-provider.ts";

describe("a key in the query of an address", () => {
  it("is sent, and shown nowhere", async () => {
    const lines = keepStderr();
    const sink = await startFaultySink(() => ({ status: 503 }));
    const endpoint = `${sink.url}/v1/traces?api_key=s3cret&team=search`;
    const { end, processor, rejected } = startSpoolProvider({ endpoint, quiet: false });
    end("a");
    await firstFailure(processor);
    const failure: unknown = await processor.forceFlush({ timeoutMs: 20 }).catch((error: unknown) => error);
    sink.answer = () => ({ status: 422, body: "no" });
    await processor.forceFlush();
    const shown = inspect([lines, failure, processor.stats(), processor.endpoint, rejected().facts], { depth: 9 });
    expect(shown).not.toContain("s3cret");
    expect(shown.match(/v1\/traces\?api_key=REDACTED&team=REDACTED/g)?.length).toBeGreaterThan(5);
    expect(new Set(sink.requests.map(({ path }) => path))).toEqual(new Set(["/v1/traces?api_key=s3cret&team=search"]));
  });

  it("tells two destinations apart that differ in nothing else", async () => {
    const sink = await startFaultySink();
    const destinations = ["one", "two"].map((key) => `${sink.url}/v1/traces?key=${key}`);
    const { end, processor } = startSpoolProvider({ destinations });
    end("a");
    await processor.forceFlush();
    expect(Object.entries(processor.stats().destinations)).toMatchObject([
      [`${sink.url}/v1/traces?key=REDACTED`, { delivered: 1 }],
      [`${sink.url}/v1/traces?key=REDACTED#2`, { delivered: 1 }],
    ]);
  });

  it("is not shown where the address is none, nor where it is there twice", () => {
    const env = { PHOENIX_COLLECTOR_ENDPOINT: "phoenix:6006?api_key=s3cret" };
    expect(() => resolveEndpoint({}, env)).toThrow('"phoenix:6006?…" (from PHOENIX_COLLECTOR_ENDPOINT)');
    const destinations = ["http://a.test?key=s3cret", "http://a.test?key=s3cret"];
    expect(() => startSpoolProvider({ destinations })).toThrow(
      "destinations names http://a.test/v1/traces?key=REDACTED twice.",
    );
  });
});

describe("readableUrl", () => {
  it.each([
    ["http://a.test/v1/traces", "http://a.test/v1/traces"],
    ["http://a.test/in?key=a=b&$1=$1#part", "http://a.test/in?key=REDACTED&$1=REDACTED#part"],
    ["http://a.test/in?s3cret", "http://a.test/in?REDACTED"],
  ])("writes %s", (url, readable) => {
    expect(readableUrl(new URL(url))).toBe(readable);
  });
});
