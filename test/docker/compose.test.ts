import { readFile } from "node:fs/promises";
import { expect, it } from "vitest";
import { PHOENIX_IMAGE, PHOENIX_QUIET_ENV } from "../../docker/phoenix-release.ts";

const compose = await readFile(new URL("../../docker/compose.yaml", import.meta.url), "utf8");

it("starts the same Phoenix by Compose as in the tests", () => {
  expect(compose).toContain(`image: ${PHOENIX_IMAGE}\n`);
});

it("starts Phoenix by Compose with the settings that keep it from reaching outside", () => {
  const lines = compose.split("\n").map((line) => line.trim());

  for (const [name, value] of Object.entries(PHOENIX_QUIET_ENV)) expect(lines).toContain(`${name}: "${value}"`);
});
