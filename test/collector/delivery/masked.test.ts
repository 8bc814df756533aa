import { inspect } from "node:util";
import { describe, expect, it } from "vitest";
import { readableUrl } from "../../../src/collector/delivery/destination.ts";
import { createDestinations } from "../../../src/collector/destinations.ts";
import { resolveEndpoint } from "../../../src/collector/endpoint.ts";
import { ConfigurationError } from "../../../src/errors.ts";
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

describe("a secret elsewhere in an address", () => {
  it.each([
    ["a password without a user", "http://:s3cret@a.test", "Basic OnMzY3JldA=="],
    ["a password", "http://me:s3cret@a.test", "Basic bWU6czNjcmV0"],
    ["a fragment", "http://a.test#s3cret", undefined],
  ])("is not shown, and sent as a header at most: %s", async (_case, endpoint, authorization) => {
    const [{ url, address, headers }] = createDestinations({ endpoint }, {});
    expect({ url, address: address.href, headers: await headers() }).toEqual({
      url: "http://a.test/v1/traces",
      address: "http://a.test/v1/traces",
      headers: authorization === undefined ? {} : { authorization },
    });
  });

  it.each([
    ["endpoint", { endpoint: "http://a%zz:s3cret@a.test" }, {}],
    ["PHOENIX_COLLECTOR_ENDPOINT", {}, { PHOENIX_COLLECTOR_ENDPOINT: "http://:s3cret%@a.test" }],
  ])("is not shown where it cannot be decoded, and the source is named: %s", (source, options, env) => {
    const failure = errorOf(() => createDestinations(options, env));
    expect(failure).toBeInstanceOf(ConfigurationError);
    expect(inspect(failure)).toContain(
      `address http://a.test/v1/traces (from ${source}) holds a % that begins no code`,
    );
    expect(inspect(failure)).not.toContain("s3cret");
  });

  it.each([
    ["http://me:s3cret@a.test:port", "http://…@a.test:port"],
    ["http://me:s3/cret@a.test", "http://…@a.test"],
    ["http://me:s3#cret@a.test", "http://…@"],
    ["a.test:6006?key=me@s3cret", "…@"],
    ["a.test:6006#s3cret", "a.test:6006#…"],
  ])("is not shown where the address is none: %s", (endpoint, shown) => {
    expect(() => resolveEndpoint({ endpoint }, {})).toThrow(`The collector's address "${shown}" (from endpoint)`);
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

function errorOf(act: () => unknown): unknown {
  try {
    return act();
  } catch (error) {
    return error;
  }
}
