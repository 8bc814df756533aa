import { describe, expect, it, vi } from "vitest";
import { startFaultySink } from "../../support/faulty-sink.ts";
import {
  firstFailure,
  holdChance,
  holdTime,
  keepStderr,
  startSpoolProvider,
  stubEnv,
  until,
} from "../../support/spool-provider.ts";

/** A collector that takes one key. */
const guarded = (key: string) =>
  startFaultySink(({ headers }) => ({ status: headers.authorization === `Bearer ${key}` ? 200 : 401 }));

describe("headers", () => {
  it("are those of OTEL_EXPORTER_OTLP_HEADERS, for an address that OpenTelemetry's variables name", async () => {
    const sink = await startFaultySink();
    stubEnv({ OTEL_EXPORTER_OTLP_ENDPOINT: sink.url, OTEL_EXPORTER_OTLP_HEADERS: "x-team=search,x-key=a%20b" });
    const { end, processor } = startSpoolProvider({});
    end("a");
    await processor.forceFlush();
    expect(sink.requests[0]?.headers).toMatchObject({ "x-team": "search", "x-key": "a b" });
  });

  it.each([
    ["a function", () => ({ authorization: "Bearer new" })],
    ["an async function", async () => ({ authorization: "Bearer new" })],
  ])("may come from %s, over those that stay", async (_, headers) => {
    const sink = await guarded("new");
    const { end, processor } = startSpoolProvider({ endpoint: sink.url, apiKey: "old", headers });
    end("a");
    await processor.forceFlush();
    expect(sink.kept).toEqual(["a"]);
  });

  it("are made of user and password in the address, which are shown nowhere", async () => {
    const lines = keepStderr();
    const sink = await startFaultySink((_request, index) => ({ status: index === 0 ? 503 : 422 }));
    const endpoint = sink.url.replace("//", "//ann:p%40ss@");
    const { end, processor, rejected } = startSpoolProvider({ endpoint, quiet: false });
    end("a");
    await processor.forceFlush();
    expect(sink.requests[0]?.headers.authorization).toBe(`Basic ${Buffer.from("ann:p@ss").toString("base64")}`);
    const shown = JSON.stringify([lines, processor.stats(), processor.endpoint, rejected().facts]);
    expect(shown).toContain("/v1/traces");
    expect(shown).not.toMatch(/ann|p%40ss|p@ss/);
  });

  it("are asked for at each attempt: a key that is rotated while spans wait lets them through", async () => {
    holdTime();
    holdChance();
    const sink = await guarded("new");
    let key = "old";
    const headers = () => ({ authorization: `Bearer ${key}` });
    const { end, processor } = startSpoolProvider({ endpoint: sink.url, headers });
    end("a");
    vi.advanceTimersByTime(1_000);
    await until(() => processor.stats().lastError !== undefined);
    expect(processor.stats().lastError).toBe(
      "401: the key is missing or wrong: set apiKey, PHOENIX_API_KEY or headers",
    );
    key = "new";
    vi.advanceTimersByTime(10_000);
    await until(() => processor.stats().delivered === 1);
    expect(sink.kept).toEqual(["a"]);
  });

  it.each([
    [
      "throws",
      () => {
        throw new Error("the vault is shut");
      },
    ],
    ["rejects", async () => Promise.reject(new Error("the vault is shut"))],
  ])("cost no span while their function %s", async (_, fail) => {
    const sink = await startFaultySink();
    let headers: () => Record<string, string> | Promise<Record<string, string>> = fail;
    const { end, processor } = startSpoolProvider({ endpoint: sink.url, headers: () => headers() });
    end("a");
    expect(await firstFailure(processor)).toContain("the vault is shut");
    headers = () => ({});
    await processor.forceFlush();
    expect(sink.kept).toEqual(["a"]);
  });

  it("are waited for no longer than an answer", async () => {
    stubEnv({ OTEL_EXPORTER_OTLP_TIMEOUT: "20" });
    const sink = await startFaultySink();
    const headers = vi.fn<() => Promise<Record<string, string>>>(async () => ({}));
    headers.mockReturnValueOnce(new Promise(() => {}));
    const { end, processor } = startSpoolProvider({ endpoint: sink.url, headers });
    end("a");
    expect(await firstFailure(processor)).toContain("no answer within 20 ms");
    await processor.forceFlush();
    expect(sink.kept).toEqual(["a"]);
  });

  it("that HTTP does not know are told, and cost no span", async () => {
    const sink = await startFaultySink();
    let value = "two\nlines";
    const { end, processor } = startSpoolProvider({ endpoint: sink.url, headers: () => ({ "x-note": value }) });
    end("a");
    expect(await firstFailure(processor)).toContain("x-note");
    value = "one line";
    await processor.forceFlush();
    expect(sink.kept).toEqual(["a"]);
  });
});
