import { describe } from "vitest";
import { holdsContract } from "./contract.ts";
import { readPhoenix } from "./read-phoenix.ts";
import { NOWHERE, started } from "./started-backends.ts";

describe.skipIf(started.phoenixPostgres === null)("Phoenix on PostgreSQL", () => {
  const url = started.phoenixPostgres?.url ?? NOWHERE;
  holdsContract({ destination: { endpoint: url }, read: async (traceId, spans) => readPhoenix(url, traceId, spans) });
});
