import { describe, expect, it } from "vitest";
import { z } from "zod";
import { readDocker, readmeFragments, readYaml } from "./docker-files.ts";

const retries = z.object({ enabled: z.boolean(), max_elapsed_time: z.number().optional() });
const pipelines = z.object({ traces: z.object({ processors: z.array(z.string()), exporters: z.array(z.string()) }) });
const gatewayConfig = z.object({
  extensions: z.object({ "file_storage/queue": z.object({ fsync: z.boolean() }) }),
  exporters: z.object({
    "otlp_http/phoenix": z.object({
      retry_on_failure: retries,
      sending_queue: z.object({
        storage: z.string(),
        block_on_overflow: z.boolean(),
        batch: z.record(z.string(), z.unknown()),
      }),
    }),
  }),
  service: z.object({ pipelines }),
});
const layer1Config = z.object({
  exporters: z.object({
    load_balancing: z.object({
      routing_key: z.string(),
      protocol: z.object({ otlp: z.object({ retry_on_failure: retries, sending_queue: retries }) }),
    }),
  }),
  service: z.object({ pipelines }),
});

describe("The collector's configurations", () => {
  const gateway = gatewayConfig.parse(readYaml("otelcol.gateway.yaml"));
  const phoenix = gateway.exporters["otlp_http/phoenix"];
  const layer1 = layer1Config.parse(readYaml("otelcol.layer-1.yaml"));

  it("keep what was taken on the disk, written through, until Phoenix has taken it", () => {
    expect(gateway.extensions["file_storage/queue"].fsync).toBe(true);
    expect(phoenix.sending_queue.storage).toBe("file_storage/queue");
    expect(phoenix.retry_on_failure).toMatchObject({ enabled: true, max_elapsed_time: 0 });
  });

  it("say that the queue is full, so that the client keeps its spans", () => {
    expect(phoenix.sending_queue.block_on_overflow).toBe(false);
  });

  it("set no largest batch, which would drop every span that is larger", () => {
    expect(phoenix.sending_queue.batch).not.toHaveProperty("max_size");
  });

  it("let nothing wait in a processor, where it would die with the collector", () => {
    for (const { service } of [gateway, layer1])
      expect(service.pipelines.traces.processors).toEqual(["memory_limiter"]);
  });

  it("answer in layer 1 only when layer 2 has answered, and send a trace always the same way", () => {
    const { routing_key: key, protocol } = layer1.exporters.load_balancing;

    expect(key).toBe("traceID");
    expect(protocol.otlp).toMatchObject({ retry_on_failure: { enabled: false }, sending_queue: { enabled: false } });
    expect(readDocker("otelcol.layer-1.yaml")).toMatch(/resolver: \{ static: /);
  });
});

describe("otelcol.health.yaml", () => {
  it("asks where each collector tells its health", () => {
    expect(readDocker("otelcol.health.yaml")).toContain("${env:HEALTH_ENDPOINT:-127.0.0.1:13133}");
    for (const file of ["otelcol.gateway.yaml", "otelcol.layer-1.yaml"]) {
      expect(readDocker(file)).toContain('health_check: { endpoint: "${env:HEALTH_ENDPOINT:-0.0.0.0:13133}" }');
      expect(readDocker(file)).toMatch(/^ {2}extensions: \[health_check/m);
    }
  });
});

describe("docker/README.md", () => {
  it("names each of its configurations, so that the collector is asked whether it is valid", () => {
    const count = readDocker("README.md").match(/^```ya?ml/gm)?.length;

    expect(readmeFragments().map(({ name }) => name)).toEqual(["shards.yaml", "to-kafka.yaml", "from-kafka.yaml"]);
    expect(count).toBe(3);
  });
});
