import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, it, onTestFinished } from "vitest";
import { runCommand } from "../../../docker/child-process.ts";
import { readmeFragments } from "../docker-files.ts";
import { dockerFile } from "./compose-files.ts";
import { collectorProgram, describeCollector, means } from "./means.ts";

const LIMIT_MS = 30_000;
const GATEWAY = dockerFile("otelcol.gateway.yaml");

const fragments = readmeFragments();
const [ofKafka, others] = [fragments.filter(isOfKafka), fragments.filter((fragment) => !isOfKafka(fragment))];

describeCollector("The collector finds valid", () => {
  it("otelcol.gateway.yaml", async () => {
    await expect(validate([GATEWAY])).resolves.toBe("");
  });

  it("otelcol.layer-1.yaml", async () => {
    await expect(validate([dockerFile("otelcol.layer-1.yaml")])).resolves.toBe("");
  });

  it("otelcol.gateway.yaml with otelcol.sampling.yaml", async () => {
    await expect(validate([GATEWAY, dockerFile("otelcol.sampling.yaml")])).resolves.toBe("");
  });

  it.each(named(others))("otelcol.gateway.yaml with %s", async (_name, text) => {
    await expect(validate([GATEWAY, temporaryFile(text)])).resolves.toBe("");
  });

  it.skipIf(!means.hasKafka).each(named(ofKafka))("otelcol.gateway.yaml with %s", async (_name, text) => {
    await expect(validate([GATEWAY, temporaryFile(text)])).resolves.toBe("");
  });

  it("nothing that is misspelt", async () => {
    const misspelt = temporaryFile("exporters: { otlp_http/phoenix: { sending_queue: { storag: file_storage } } }\n");

    await expect(validate([GATEWAY, misspelt])).rejects.toThrow(/storag/);
  });
});

function named(among: typeof fragments): [name: string, text: string][] {
  return among.map(({ name, text }) => [`${name} of docker/README.md`, text]);
}

async function validate(configs: readonly string[]): Promise<string> {
  const command = [collectorProgram(), "validate", ...configs.map((config) => `--config=${config}`)] as const;
  return runCommand(command, { timeoutMs: LIMIT_MS, env: { ...process.env, QUEUE_DIRECTORY: temporaryFolder() } });
}

function temporaryFile(text: string): string {
  const file = join(temporaryFolder(), "config.yaml");
  writeFileSync(file, text);
  return file;
}

function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "vitrine-otelcol-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

function isOfKafka({ text }: { readonly text: string }): boolean {
  return /^ {2}kafka:/m.test(text);
}
