import { describe, expect, it } from "vitest";
import { PHOENIX_IMAGE, PHOENIX_QUIET_ENV } from "../../docker/phoenix-release.ts";
import { composeFaults } from "./compose-schema.ts";
import { readCompose, readDocker, readYaml, type Service } from "./docker-files.ts";

const WHOLE = ["compose.yaml", "compose.gateway.yaml", "compose.scale.yaml"];
const SECRETS = ["POSTGRES_PASSWORD", "PHOENIX_SECRET", "PHOENIX_ADMIN_SECRET", "PHOENIX_ADMIN_PASSWORD"];
const HEALTH_FILE = "./otelcol.health.yaml:/etc/otelcol-contrib/health.yaml:ro";

const services = WHOLE.flatMap((file) =>
  Object.entries(readCompose(file).services).map(([name, service]) => ({ file, name, ...service })),
);

/** Lists the services that lack something, as "file: service". */
function lacking(has: (service: Service) => boolean, among = services): string[] {
  return among.filter((service) => !has(service)).map(({ file, name }) => `${file}: ${name}`);
}

describe("The compose files", () => {
  it.each([...WHOLE, "compose.sampling.yaml"])("are valid by the schema of the specification: %s", (file) => {
    expect(composeFaults(readYaml(file))).toEqual([]);
  });

  it("would not be valid with a misspelt key", () => {
    const faults = composeFaults({ services: { phoenix: { image: PHOENIX_IMAGE, healthcheks: {} } } });

    expect(faults).toEqual([expect.stringContaining("healthcheks")]);
  });

  it("start the same Phoenix as the tests, with the settings that keep it from reaching outside", () => {
    const phoenixes = services.filter(({ image }) => image.startsWith("arizephoenix/"));

    expect(phoenixes).toHaveLength(4);
    for (const { image, environment } of phoenixes) {
      expect(image).toBe(PHOENIX_IMAGE);
      expect(environment).toMatchObject(PHOENIX_QUIET_ENV);
    }
  });

  it("name the full version of each image", () => {
    expect(lacking(({ image }) => /:(version-)?\d+\.\d+(\.\d+)?$/.test(image))).toEqual([]);
  });

  it("limit the memory of each service", () => {
    expect(lacking((service) => /^\d+[mg]$/.test(service.mem_limit ?? ""))).toEqual([]);
  });

  it("limit the processors of each service, but for the one that people start on their own machine", () => {
    const others = services.filter(({ file }) => file !== "compose.yaml");

    expect(lacking(({ cpus = 0 }) => cpus > 0, others)).toEqual([]);
  });

  it("publish ports on the loopback interface only", () => {
    expect(services.flatMap(({ ports }) => ports).filter((port) => !port.startsWith("127.0.0.1:"))).toEqual([]);
  });

  it("start each service again when it dies", () => {
    expect(lacking(({ restart }) => restart === "unless-stopped")).toEqual([]);
  });

  it("check the health of each service", () => {
    expect(lacking(({ healthcheck }) => healthcheck !== undefined)).toEqual([]);
  });

  it("ask each collector for its health with a file that it is given", () => {
    const collectors = services.filter(({ image }) => image.startsWith("otel/"));
    const asks = "validate --config=/etc/otelcol-contrib/health.yaml";

    expect(collectors).toHaveLength(4);
    expect(
      lacking(({ healthcheck }) => healthcheck?.test.join(" ") === `CMD /otelcol-contrib ${asks}`, collectors),
    ).toEqual([]);
    expect(lacking(({ volumes }) => volumes.includes(HEALTH_FILE), collectors)).toEqual([]);
  });

  it("give each collector that keeps something a volume of its own, to which it can write", () => {
    const durable = services.filter(({ volumes }) => volumes.some((volume) => volume.endsWith(":/var/lib/otelcol")));
    const queues = durable.map(({ file, volumes }) => `${file} ${volumes.at(-1)}`);

    expect(queues).toHaveLength(3);
    expect(new Set(queues).size).toBe(3);
    expect(durable.map(({ user }) => user)).toEqual(["0:0", "0:0", "0:0"]);
  });

  it.each(["compose.gateway.yaml", "compose.scale.yaml"])("hold no secret and ask for each: %s", (file) => {
    const text = readDocker(file);

    for (const secret of SECRETS) expect(text).toContain(`\${${secret}:?see docker/README.md}`);
    expect(text.match(/^ *\w*(PASSWORD|SECRET|KEY)\w*: (?!\$\{).*$/gm)).toBeNull();
  });
});
