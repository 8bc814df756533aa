import { createRequire } from "node:module";
import * as vitrine from "vitrine";
import * as collector from "vitrine/collector";
import * as instrumentors from "vitrine/instrumentors";
import * as testing from "vitrine/testing";
import { main } from "./main.cjs";

const require = createRequire(import.meta.url);

const required = { vitrine: require("vitrine"), testing: require("vitrine/testing") };
const doors = {
  vitrine: [vitrine, required.vitrine],
  "vitrine/collector": [collector, require("vitrine/collector")],
  "vitrine/instrumentors": [instrumentors, require("vitrine/instrumentors")],
  "vitrine/testing": [testing, required.testing],
};
for (const [door, [imported, same]] of Object.entries(doors)) {
  for (const [name, value] of Object.entries(imported)) {
    if (same[name] !== value) throw new Error(`import("${door}").${name} is not that of require("${door}").`);
  }
}

// The agents come from require(), and the instrumentor from import.
await main({ ...required, instrumentors, load: async (name) => import(name) });
