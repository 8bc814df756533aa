import { readFileSync } from "node:fs";
import { parse } from "yaml";
import { z } from "zod";

const service = z.object({
  image: z.string(),
  ports: z.array(z.string()).default([]),
  environment: z.record(z.string(), z.string()).default({}),
  volumes: z.array(z.string()).default([]),
  mem_limit: z.string().optional(),
  cpus: z.number().optional(),
  user: z.string().optional(),
  restart: z.string().optional(),
  healthcheck: z.object({ test: z.array(z.string()) }).optional(),
});
const composeFile = z.object({
  name: z.string(),
  services: z.record(z.string(), service),
  volumes: z.record(z.string(), z.unknown()),
});

/** A service of a compose file, as far as the tests read it. */
export type Service = z.output<typeof service>;

/** Reads a file in docker/ as text. */
export function readDocker(name: string): string {
  return readFileSync(new URL(`../../docker/${name}`, import.meta.url), "utf8");
}

/** Reads a YAML file in docker/. Merge keys are resolved, as Compose does. */
export function readYaml(name: string): unknown {
  return parseYaml(readDocker(name));
}

/** Reads a whole compose file in docker/. */
export function readCompose(name: string): z.output<typeof composeFile> {
  return composeFile.parse(readYaml(name));
}

/** Gives the YAML fragments of docker/README.md. Each names itself in its first line: "# name.yaml". */
export function readmeFragments(): { readonly name: string; readonly text: string }[] {
  const matches = readDocker("README.md").matchAll(/^```yaml\n(?<text># (?<name>[\w-]+\.yaml).*?)^```$/gms);
  return Array.from(matches, ({ groups: { name = "", text = "" } = {} }) => ({ name, text }));
}

function parseYaml(text: string): unknown {
  return parse(text, { merge: true });
}
