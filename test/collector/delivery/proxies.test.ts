import { describe, expect, it } from "vitest";
import { ConfigurationError } from "vitrine";
import { proxyAuthorization, proxyFor } from "../../../src/collector/delivery/proxy.ts";
import { startFaultySink } from "../../support/faulty-sink.ts";
import { firstFailure, startSpoolProvider, stubEnv } from "../../support/spool-provider.ts";
import { certificate, serverCertificates } from "./certificates.ts";
import { startProxy } from "./start-proxy.ts";

/** Nobody has this name: what arrives came through the proxy. */
const HTTP = "http://collector.test:4318";
const HTTPS = "https://collector.test:4319";

/** None of the machine's own, in either writing. */
const NO_VARIABLES = Object.fromEntries(
  ["http_proxy", "https_proxy", "all_proxy", "no_proxy"].flatMap((name) => [
    [name, undefined],
    [name.toUpperCase(), undefined],
  ]),
);

describe("a proxy", () => {
  it.each(["HTTP_PROXY", "http_proxy", "ALL_PROXY", "all_proxy"])(
    "that %s names is asked in absolute form",
    async (name) => {
      const sink = await startFaultySink();
      const proxy = await startProxy({ to: sink.url });
      stubEnv({ ...NO_VARIABLES, [name]: `http://${proxy.address}` });
      const { end, processor } = startSpoolProvider({ endpoint: HTTP });
      end("a");
      await processor.forceFlush();
      expect(sink.kept).toEqual(["a"]);
      expect(proxy.asked).toEqual([
        { method: "POST", target: `${HTTP}/v1/traces`, host: "collector.test:4318", authorization: undefined },
      ]);
    },
  );

  it.each(["HTTPS_PROXY", "https_proxy", "ALL_PROXY"])("that %s names makes a tunnel for https", async (name) => {
    const sink = await startFaultySink(undefined, serverCertificates());
    const proxy = await startProxy({ to: sink.url });
    stubEnv({ ...NO_VARIABLES, [name]: proxy.address, OTEL_EXPORTER_OTLP_CERTIFICATE: certificate("ca") });
    const { end, processor } = startSpoolProvider({ endpoint: HTTPS });
    end("a");
    await processor.forceFlush();
    end("b");
    await processor.forceFlush();
    expect(sink.kept).toEqual(["a", "b"]);
    // The tunnel is kept open.
    expect(proxy.asked).toEqual([
      { method: "CONNECT", target: "collector.test:4319", host: "collector.test:4319", authorization: undefined },
    ]);
  });

  it.each([
    ["http", HTTP, "HTTP_PROXY"],
    ["https", HTTPS, "HTTPS_PROXY"],
  ])("gets user and password for %s, and the collector does not", async (scheme, endpoint, name) => {
    const sink = await startFaultySink(undefined, scheme === "https" ? serverCertificates() : undefined);
    const proxy = await startProxy({ to: sink.url });
    stubEnv({
      ...NO_VARIABLES,
      [name]: `http://ann:p%40ss@${proxy.address}`,
      OTEL_EXPORTER_OTLP_CERTIFICATE: certificate("ca"),
    });
    const { end, processor } = startSpoolProvider({ endpoint });
    end("a");
    await processor.forceFlush();
    expect(proxy.asked[0]?.authorization).toBe(`Basic ${Buffer.from("ann:p@ss").toString("base64")}`);
    expect(sink.kept).toEqual(["a"]);
  });

  it("is told a password that has no user, and a percent sign that begins no code", () => {
    const header = proxyAuthorization(new URL("http://:50%@proxy.test"))["proxy-authorization"];
    expect(header).toBe(`Basic ${Buffer.from(":50%").toString("base64")}`);
  });

  it.each([
    ["http", HTTP, "HTTP_PROXY", "407"],
    ["https", HTTPS, "HTTPS_PROXY", "answered 407 when asked for collector.test:4319"],
  ])("that refuses %s costs no span, and is named", async (_, endpoint, name, reason) => {
    const proxy = await startProxy({ to: "http://127.0.0.1:9", isShut: true });
    stubEnv({ ...NO_VARIABLES, [name]: `http://${proxy.address}` });
    const { end, processor } = startSpoolProvider({ endpoint });
    end("a");
    expect(await firstFailure(processor)).toContain(reason);
    expect(processor.stats()).toMatchObject({ waiting: 1 });
  });

  it.each([
    ["https://elsewhere.test", "elsewhere.test. is not in the cert's altnames"],
    ["https://192.0.2.7", "IP: 192.0.2.7 is not in the cert's list"],
  ])("does not lead to another server than the one that was asked for: %s", async (endpoint, reason) => {
    const sink = await startFaultySink(undefined, serverCertificates());
    const proxy = await startProxy({ to: sink.url });
    stubEnv({ ...NO_VARIABLES, HTTPS_PROXY: proxy.address, OTEL_EXPORTER_OTLP_CERTIFICATE: certificate("ca") });
    const { end, processor } = startSpoolProvider({ endpoint });
    end("a");
    expect(await firstFailure(processor)).toContain(reason);
    expect(sink.requests).toEqual([]);
  });

  it.each(["NO_PROXY", "no_proxy"])("is not asked for a host that %s names", async (name) => {
    const proxy = await startProxy({ to: "http://127.0.0.1:9" });
    stubEnv({ ...NO_VARIABLES, HTTP_PROXY: `http://${proxy.address}`, [name]: "other.test,collector.test" });
    const { end, processor } = startSpoolProvider({ endpoint: HTTP });
    end("a");
    expect(await firstFailure(processor)).toMatch(/ENOTFOUND|EAI_AGAIN/);
    expect(proxy.asked).toEqual([]);
  });

  it("is not asked for this machine itself", async () => {
    const sink = await startFaultySink();
    stubEnv({ ...NO_VARIABLES, HTTP_PROXY: "http://127.0.0.1:9" });
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    await processor.forceFlush();
    expect(sink.kept).toEqual(["a"]);
  });
});

describe("proxyFor", () => {
  const url = new URL("http://a.example.com:4318");
  const proxy = "http://proxy:3128";

  it.each([
    ["nothing", {}, undefined],
    ["an empty name", { HTTP_PROXY: "" }, undefined],
    ["the one for the other scheme", { HTTPS_PROXY: proxy }, undefined],
    ["capital letters", { HTTP_PROXY: proxy }, "http://proxy:3128/"],
    ["small letters first", { HTTP_PROXY: "http://other", http_proxy: proxy }, "http://proxy:3128/"],
    ["an address without a scheme", { HTTP_PROXY: "proxy:3128" }, "http://proxy:3128/"],
    ["the one for all", { ALL_PROXY: proxy }, "http://proxy:3128/"],
    ["an exception by name", { HTTP_PROXY: proxy, NO_PROXY: "a.example.com" }, undefined],
    ["an exception in small letters", { HTTP_PROXY: proxy, no_proxy: "b, a.example.com" }, undefined],
    ["an exception by domain", { HTTP_PROXY: proxy, NO_PROXY: "example.com" }, undefined],
    ["an exception with a dot", { HTTP_PROXY: proxy, NO_PROXY: ".example.com" }, undefined],
    ["an exception with a star", { HTTP_PROXY: proxy, NO_PROXY: "*.EXAMPLE.com" }, undefined],
    ["an exception for all", { HTTP_PROXY: proxy, NO_PROXY: "*" }, undefined],
    ["an exception with this port", { HTTP_PROXY: proxy, NO_PROXY: "example.com:4318" }, undefined],
    ["an exception with another port", { HTTP_PROXY: proxy, NO_PROXY: "example.com:80" }, "http://proxy:3128/"],
    ["an exception for a part of a name", { HTTP_PROXY: proxy, NO_PROXY: "ample.com" }, "http://proxy:3128/"],
  ])("reads %s", (_, env, expected) => {
    expect(proxyFor(url, env)?.href).toBe(expected);
  });

  it("takes no proxy that does not speak http: spans do not go past it", () => {
    expect(() => proxyFor(url, { ALL_PROXY: "socks5://proxy:1080" })).toThrow(ConfigurationError);
    expect(() => proxyFor(url, { HTTP_PROXY: "http://" })).toThrow("or put a.example.com into NO_PROXY");
  });
});
