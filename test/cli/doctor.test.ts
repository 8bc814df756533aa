import { writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { certificate, serverCertificates } from "../collector/delivery/certificates.ts";
import { startFaultySink } from "../support/faulty-sink.ts";
import { runProgram } from "../support/run-program.ts";
import { startSpoolProvider, temporaryFolder } from "../support/spool-provider.ts";
import { runVitrine } from "./run-vitrine.ts";

const PROGRAM = join(import.meta.dirname, "../collector/programs/end.ts");

/** A server that says the same to everybody, in no language of the web. */
async function startSpeaker(words: string): Promise<string> {
  const server = createServer((socket) => {
    socket.on("error", () => {});
    socket.once("data", () => socket.end(words));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(() => void server.close());
  const address = server.address();
  if (address === null || typeof address === "string") throw new Error("The server has no port.");
  return `http://127.0.0.1:${address.port}`;
}

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

  it("looks at a receiver with TLS, and reads the probe back from it", async () => {
    const headers = { "x-phoenix-server-version": "20.26.1" };
    const sink = await startFaultySink(({ spans }) => {
      const ids = spans.map(({ spanId }) => spanId).join();
      if (ids !== "") probe = ids;
      return { status: 200, headers, body: Buffer.from(ids === "" ? JSON.stringify({ span_id: probe }) : "") };
    }, serverCertificates());
    let probe = "";
    const found = await examine(["--endpoint", sink.url], { OTEL_EXPORTER_OTLP_CERTIFICATE: certificate("ca") });
    expect(found).toMatchObject({
      code: 0,
      TLS: expect.stringMatching(/^ok: TLSv1\.3, certificate of vitrine test ca, until .* 2120/),
      Phoenix: "ok: version 20.26.1",
      "read back": expect.stringContaining("ok: from the project vitrine-doctor, stored after"),
    });
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

  it("names the address where the password cannot be read, and not the password", async () => {
    expect(await examine(["--endpoint", "http://user:p%zz@host"])).toMatchObject({
      code: 1,
      endpoint: expect.stringMatching(/^FAULT: The user or the password .*http:\/\/host\/v1\/traces \(from endpoint\)/),
    });
  });

  it("says which other address spans wait for", async () => {
    const [sink, other, directory] = [await startFaultySink(), await startFaultySink(), temporaryFolder()];
    await runProgram(PROGRAM, ["process.exit", other.url, directory]);
    expect(await examine(["--endpoint", sink.url, "--spool", directory])).toMatchObject({
      code: 0,
      elsewhere: `note: 3 spans for ${other.url}/v1/traces, which is not the one looked at here: vitrine deliver --endpoint ${other.url}/v1/traces sends those of processes that are no more`,
    });
    expect(await examine(["--endpoint", other.url, "--spool", directory])).not.toHaveProperty("elsewhere");
  });

  it("says that a living process sends what waits for another address", async () => {
    const [sink, other] = [await startFaultySink(), await startFaultySink(() => ({ status: 503 }))];
    const { end, directory } = startSpoolProvider({ endpoint: other.url });
    end("a");
    expect(await examine(["--endpoint", sink.url, "--spool", directory])).toMatchObject({
      elsewhere: expect.stringMatching(/^note: 1 span for .*: living processes send them$/),
    });
  });

  it("says that the spool cannot be written", async () => {
    const file = join(temporaryFolder(), "a-file");
    writeFileSync(file, "");
    const sink = await startFaultySink();
    const found = await examine(["--endpoint", sink.url, "--spool", join(file, "spool")]);
    expect(found).toMatchObject({ code: 1, verdict: "The probe arrived, but not all is well here: see spool." });
  });

  it("refuses what it does not know", async () => {
    const { code, stderr } = await runVitrine(["doctor", "--endpiont", "http://localhost"]);
    expect({ code, stderr }).toEqual({
      code: 2,
      stderr: "vitrine: Unknown option '--endpiont': vitrine doctor --help lists what it takes.\n",
    });
  });

  it("asks whether another path is meant where it is almost the right one", async () => {
    const sink = await startFaultySink(() => ({ status: 404 }));
    const found = await examine(["--endpoint", `${sink.url}/v1/trace?key=s3cret`]);
    expect(found).toMatchObject({ code: 1, path: "note: /v1/trace/v1/traces: is /v1/traces meant?" });
    expect(JSON.stringify(found)).not.toContain("s3cret");
  });

  it("says which port is meant where no HTTP is answered", async () => {
    const url = await startSpeaker("\u0000\u0000\u0012\u0004");
    const found = await examine(["--endpoint", url]);
    expect(found).toMatchObject({ code: 1, send: expect.stringContaining("4317 is OTLP's gRPC port") });
  });

  it("says that https is asked of a port that answers plain HTTP", async () => {
    const sink = await startFaultySink();
    const found = await examine(["--endpoint", sink.url.replace("http:", "https:")]);
    expect(found).toMatchObject({
      code: 1,
      TLS: expect.stringContaining("FAULT: the port answers plain HTTP: write http://"),
    });
  });
});
