import { expect, it } from "vitest";
import { startFaultySink } from "../../support/faulty-sink.ts";
import { startCollector } from "./collector-process.ts";
import { describeCollector } from "./means.ts";
import { startSender } from "./sender.ts";
import { A_MINUTE, idsIn } from "./sinks.ts";

const KILLS = 5;

describeCollector("A collector of otelcol.gateway.yaml", () => {
  it("keeps every span while it and the backend are killed in turn", async () => {
    const backend = await startFaultySink();
    const collector = await startCollector({
      configs: ["otelcol.gateway.yaml"],
      env: { PHOENIX_ENDPOINT: backend.url },
    });
    const sender = startSender(collector.url);
    sender.run(10);
    await sender.flush();
    await backend.stop();
    sender.run(10);
    await sender.flush();
    await collector.kill();
    sender.run(10);
    await collector.start();
    await sender.flush();
    await backend.start();

    await expect.poll(() => idsIn([backend]), A_MINUTE).toEqual(sender.ids());
  });

  it("keeps every span when it is killed again and again under traffic", async () => {
    const backend = await startFaultySink();
    const collector = await startCollector({
      configs: ["otelcol.gateway.yaml"],
      env: { PHOENIX_ENDPOINT: backend.url },
    });
    const sender = startSender(collector.url);
    for (let kill = 0; kill < KILLS; kill += 1) {
      sender.run(20);
      const flushed = sender.flush();
      await collector.kill();
      sender.run(20);
      await collector.start();
      await Promise.all([flushed, sender.flush()]);
    }

    await expect.poll(() => idsIn([backend]), A_MINUTE).toEqual(sender.ids());
  });

  it("passes a span of 20 MB on", async () => {
    const backend = await startFaultySink();
    const collector = await startCollector({
      configs: ["otelcol.gateway.yaml"],
      env: { PHOENIX_ENDPOINT: backend.url },
    });
    const sender = startSender(collector.url);
    sender.runLarge(20_000_000);

    await expect.poll(() => idsIn([backend]), A_MINUTE).toEqual(sender.ids());
  });

  it("sends its key to Phoenix", async () => {
    const backend = await startFaultySink();
    const collector = await startCollector({
      configs: ["otelcol.gateway.yaml"],
      env: { PHOENIX_ENDPOINT: backend.url, PHOENIX_API_KEY: "the-key" },
    });
    const sender = startSender(collector.url);
    sender.run(1);
    await expect.poll(() => idsIn([backend]), A_MINUTE).toEqual(sender.ids());

    expect(backend.requests[0]?.headers.authorization).toBe("Bearer the-key");
  });

  it("is healthy by the health check of the compose files while it runs, and not when it is no more", async () => {
    const collector = await startCollector({ configs: ["otelcol.gateway.yaml"] });

    await expect(collector.checkHealth()).resolves.toBe("");
    await collector.kill();
    await expect(collector.checkHealth()).rejects.toThrow(/connection refused/);
    await collector.start();
    await expect(collector.checkHealth()).resolves.toBe("");
  });

  it("shows what waits in it", async () => {
    const collector = await startCollector({
      configs: ["otelcol.gateway.yaml"],
      env: { PHOENIX_ENDPOINT: "http://127.0.0.1:1" },
    });
    const sender = startSender(collector.url);
    sender.run(1);
    await sender.flush();

    const metrics = await (await fetch(collector.metricsUrl)).text();
    expect(metrics).toMatch(/^otelcol_exporter_queue_size\{.*\} [1-9]/m);
  });
});
