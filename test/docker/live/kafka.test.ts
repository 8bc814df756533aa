import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { startFaultySink } from "../../support/faulty-sink.ts";
import { readmeFragments } from "../docker-files.ts";
import { startCollector } from "./collector-process.ts";
import { means } from "./means.ts";
import { startSender } from "./sender.ts";
import { A_MINUTE, idsIn } from "./sinks.ts";

const NOBODY = "127.0.0.1:1";

describe.skipIf(!means.hasKafka || means.kafkaBroker === null)(
  "Kafka between the layers, as in docker/README.md",
  () => {
    it("keeps every span while layer 1, layer 2 and the backend are killed in turn", async () => {
      const backend = await startFaultySink();
      const layer1 = await startLayer("to-kafka.yaml", {});
      const layer2 = await startLayer("from-kafka.yaml", { PHOENIX_ENDPOINT: backend.url });
      const sender = startSender(layer1.url);
      sender.run(10);
      await sender.flush();
      await backend.stop();
      sender.run(10);
      await sender.flush();
      await layer2.kill();
      sender.run(10);
      await sender.flush();
      await layer1.kill();
      sender.run(10);
      await layer1.start();
      await sender.flush();
      await layer2.start();
      await backend.start();

      await expect.poll(() => idsIn([backend]), A_MINUTE).toEqual(sender.ids());
    });

    it("passes a span of 20 MB on", async () => {
      const backend = await startFaultySink();
      const layer1 = await startLayer("to-kafka.yaml", {});
      await startLayer("from-kafka.yaml", { PHOENIX_ENDPOINT: backend.url });
      const sender = startSender(layer1.url);
      sender.runLarge(20_000_000);
      await sender.flush();

      await expect.poll(() => idsIn([backend]), A_MINUTE).toEqual(expect.arrayContaining(sender.ids()));
    });
  },
);

describe.skipIf(!means.hasKafka)("A collector of to-kafka.yaml", () => {
  it("takes nothing while Kafka is away: the program keeps it", async () => {
    const layer1 = await startLayer("to-kafka.yaml", { KAFKA_BROKER: NOBODY });
    const sender = startSender(layer1.url);
    sender.run(1);

    await expect(sender.flush(20_000)).rejects.toThrow(/does not take them \((503|no answer)/);
  });
});

/** Starts a collector of otelcol.gateway.yaml with a configuration of the page. */
async function startLayer(fragment: string, env: Readonly<Record<string, string>>) {
  const folder = mkdtempSync(join(tmpdir(), "vitrine-kafka-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, fragment);
  writeFileSync(file, readmeFragments().find(({ name }) => name === fragment)?.text ?? "");
  return startCollector({
    configs: ["otelcol.gateway.yaml", file],
    env: { KAFKA_BROKER: means.kafkaBroker ?? NOBODY, ...env },
  });
}
