import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { startFaultySink } from "../support/faulty-sink.ts";
import { temporaryFolder } from "../support/spool-provider.ts";
import { runVitrine } from "./run-vitrine.ts";

/** What it says of each thing, by its name. */
async function examine(args: readonly string[], env: Readonly<Record<string, string>> = {}) {
  const { code, stdout } = await runVitrine(["doctor", "--spool", temporaryFolder(), ...args], env);
  const lines = stdout.split("\n").map((line) => /^(ok|FAULT|note) +(\S.*?) {2,}(.*)$/.exec(line));
  const found = lines.flatMap((line) => (line === null ? [] : [[line[2], `${line[1]}: ${line[3]}`] as const]));
  return { code, verdict: stdout.trimEnd().split("\n").at(-1), ...Object.fromEntries(found) };
}

describe("vitrine doctor", () => {
  it("says that spans arrive where they do", async () => {
    const sink = await startFaultySink();
    const found = await examine(["--endpoint", sink.url]);
    expect(found).toMatchObject({
      code: 0,
      verdict: "Spans arrive.",
      endpoint: `ok: ${sink.url}/v1/traces (from endpoint)`,
      DNS: "ok: 127.0.0.1 is 127.0.0.1",
      send: "ok: a probe was taken: 200",
      packages: expect.stringContaining("ok: @opentelemetry/api 1.9.1"),
      spool: expect.stringContaining("0 spans wait"),
    });
    expect(sink.kept).toEqual(["vitrine doctor"]);
  });

  it("says which variable named the address", async () => {
    const sink = await startFaultySink();
    const found = await examine([], { OTEL_EXPORTER_OTLP_ENDPOINT: sink.url });
    expect(found).toMatchObject({ code: 0, endpoint: expect.stringContaining("(from OTEL_EXPORTER_OTLP_ENDPOINT)") });
  });

  it("says that nobody listens", async () => {
    const sink = await startFaultySink();
    await sink.stop();
    expect(await examine(["--endpoint", sink.url])).toMatchObject({
      code: 1,
      TCP: expect.stringContaining("FAULT: nobody listens there (connect ECONNREFUSED"),
      verdict: "Spans do not arrive: see TCP.",
    });
  });

  it("says that a host has no address", async () => {
    expect(await examine(["--endpoint", "http://nobody.invalid:6006"])).toMatchObject({
      code: 1,
      DNS: expect.stringContaining("FAULT: getaddrinfo"),
    });
  });

  it.each([
    [401, "the key is missing or wrong: set apiKey, PHOENIX_API_KEY or headers"],
    [404, "there is no OTLP receiver at this address: the path is usually /v1/traces"],
    [415, "the receiver does not take OTLP as protobuf over HTTP"],
    [503, "503"],
  ])("says what a %i means", async (status, said) => {
    const sink = await startFaultySink(() => ({ status }));
    const found = await examine(["--endpoint", sink.url]);
    expect(found).toMatchObject({ code: 1, send: expect.stringContaining(said) });
  });

  it("says that an address is none", async () => {
    expect(await examine(["--endpoint", "localhost:6006"])).toMatchObject({
      code: 1,
      endpoint: expect.stringContaining("is no URL"),
    });
  });

  it("says that the spool cannot be written", async () => {
    const file = join(temporaryFolder(), "a-file");
    writeFileSync(file, "");
    const sink = await startFaultySink();
    const found = await examine(["--endpoint", sink.url, "--spool", join(file, "spool")]);
    expect(found).toMatchObject({ code: 1, verdict: "Spans do not arrive: see spool." });
  });

  it("refuses what it does not know", async () => {
    const { code, stderr } = await runVitrine(["doctor", "--endpiont", "http://localhost"]);
    expect({ code, stderr }).toEqual({ code: 2, stderr: expect.stringContaining("--endpiont") });
  });
});
