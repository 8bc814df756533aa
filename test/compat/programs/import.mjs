import * as vitrine from "vitrine";
import * as instrumentors from "vitrine/instrumentors";
import * as testing from "vitrine/testing";
import { main } from "./main.cjs";

await main({ vitrine, testing, instrumentors, load: async (name) => import(name) });
