import { mkdirSync, realpathSync, symlinkSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, it } from "vitest";
import { findCopies } from "../../src/collector/doctor/copies.ts";
import { temporaryFolder } from "../support/spool-provider.ts";

function install(folder: string, version: string): string {
  const path = join(folder, "node_modules/@opentelemetry/api");
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, "package.json"), JSON.stringify({ version }));
  return path;
}

it("finds packages in the folders above too, each once, and goes in no circle", () => {
  const root = realpathSync(temporaryFolder());
  const shop = join(root, "packages/shop");
  const copies = [install(shop, "1.9.0"), install(root, "1.9.1")];
  symlinkSync(shop, join(root, "node_modules/shop"));
  symlinkSync(root, join(shop, "node_modules/root"));
  expect(findCopies(join(shop, "src")).map(({ path }) => path)).toEqual(copies);
});
