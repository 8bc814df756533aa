import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, it } from "vitest";
import { ConfigurationError } from "vitrine";
import { startFaultySink } from "../../support/faulty-sink.ts";
import { firstFailure, startSpoolProvider, stubEnv } from "../../support/spool-provider.ts";
import { certificate, serverCertificates } from "./certificates.ts";

const startHttps = () => startSpoolProvider({ endpoint: "https://collector.test" });

describe("https", () => {
  it.each(["OTEL_EXPORTER_OTLP_CERTIFICATE", "OTEL_EXPORTER_OTLP_TRACES_CERTIFICATE"])(
    "trusts the private authority that %s names, over a connection that is kept open",
    async (name) => {
      const sink = await startFaultySink(undefined, serverCertificates());
      stubEnv({ [name]: certificate("ca") });
      const { end, processor } = startSpoolProvider({ endpoint: sink.url });
      end("a");
      await processor.forceFlush();
      end("b");
      await processor.forceFlush();
      expect(sink.kept).toEqual(["a", "b"]);
      expect(new Set(sink.requests.map(({ socket }) => socket)).size).toBe(1);
    },
  );

  it("sends nothing to a server that nobody it trusts vouches for, and keeps the spans", async () => {
    const sink = await startFaultySink(undefined, serverCertificates());
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    expect(await firstFailure(processor)).toContain("unable to verify the first certificate");
    expect(sink.requests).toEqual([]);
    expect(processor.stats()).toMatchObject({ waiting: 1 });
  });

  it("shows the client's certificate to a server that asks for it", async () => {
    const ca = readFileSync(certificate("ca"));
    const sink = await startFaultySink(undefined, {
      ...serverCertificates(),
      ca,
      requestCert: true,
      rejectUnauthorized: true,
    });
    stubEnv({
      OTEL_EXPORTER_OTLP_CERTIFICATE: certificate("ca"),
      OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: certificate("client"),
      OTEL_EXPORTER_OTLP_CLIENT_KEY: certificate("client-key"),
    });
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    await processor.forceFlush();
    expect(sink.kept).toEqual(["a"]);
  });

  it.each([
    [
      "is not there",
      { OTEL_EXPORTER_OTLP_CERTIFICATE: "/nowhere/ca.pem" },
      "OTEL_EXPORTER_OTLP_CERTIFICATE names /nowhere/ca.pem",
    ],
    [
      "is none",
      { OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: join(import.meta.dirname, "tls.test.ts") },
      "The certificates that OTEL_EXPORTER_OTLP_CERTIFICATE",
    ],
    [
      "does not fit its key",
      {
        OTEL_EXPORTER_OTLP_CLIENT_CERTIFICATE: certificate("client"),
        OTEL_EXPORTER_OTLP_CLIENT_KEY: certificate("server-key"),
      },
      "cannot be used together",
    ],
  ])("tells at the start of a certificate that %s", (_, env, message) => {
    stubEnv(env);
    expect(startHttps).toThrow(ConfigurationError);
    expect(startHttps).toThrow(message);
  });
});
