import { expect, it } from "vitest";
import { startFaultySink } from "../../support/faulty-sink.ts";
import { startCollector } from "./collector-process.ts";
import { describeCollector } from "./means.ts";
import { startSender } from "./sender.ts";
import { A_MINUTE, idsIn } from "./sinks.ts";

describeCollector("Collectors of otelcol.layer-1.yaml, before two of otelcol.gateway.yaml", () => {
  it("gives each backend whole traces, and both get some", async () => {
    const { backends, sender } = await startLayers();
    for (let batch = 0; batch < 5; batch += 1) {
      sender.run(10);
      await sender.flush();
    }
    await expect.poll(() => idsIn(backends), A_MINUTE).toEqual(sender.ids());

    const [first, second] = [new Set(backends[0].kept), new Set(backends[1].kept)];
    expect(first.size).toBeGreaterThan(0);
    expect(second.size).toBeGreaterThan(0);
    expect([...first].filter((trace) => second.has(trace))).toEqual([]);
  });

  it("loses no span while each part is killed in turn", async () => {
    const { layer1, layer2, backends, sender } = await startLayers();
    sender.run(10);
    await sender.flush();
    for (const backend of backends) {
      await backend.stop();
      sender.run(10);
      await sender.flush();
    }
    for (const collector of [...layer2, layer1]) {
      sender.run(10);
      const flushed = sender.flush();
      await collector.kill();
      sender.run(10);
      await collector.start();
      await Promise.all([flushed, sender.flush()]);
    }
    for (const backend of backends) await backend.start();

    await expect.poll(() => idsIn(backends), A_MINUTE).toEqual(sender.ids());
  });

  it("refuses spans while one of layer 2 is away, so that the client keeps them", async () => {
    const { layer2, backends, sender } = await startLayers();
    await layer2[0].kill();
    sender.run(10);

    await expect(sender.flush(5_000)).rejects.toThrow(/503/);
    await layer2[0].start();
    await expect.poll(() => idsIn(backends), A_MINUTE).toEqual(sender.ids());
  });
});

async function startLayers() {
  const backends = [await startFaultySink(), await startFaultySink()] as const;
  const layer2 = [await startLayer2(backends[0].url), await startLayer2(backends[1].url)] as const;
  const addresses = layer2.map(({ grpcAddress }) => grpcAddress);
  const layer1 = await startCollector({
    configs: ["otelcol.layer-1.yaml"],
    env: { LAYER_2: `[${addresses.join(", ")}]` },
  });
  return { backends, layer2, layer1, sender: startSender(layer1.url) };
}

async function startLayer2(backendUrl: string) {
  return startCollector({ configs: ["otelcol.gateway.yaml"], env: { PHOENIX_ENDPOINT: backendUrl } });
}
