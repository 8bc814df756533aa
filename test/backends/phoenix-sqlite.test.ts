import { describePhoenix, phoenixUrl as url } from "../phoenix/describe-phoenix.ts";
import { holdsContract } from "./contract.ts";
import { readPhoenix } from "./read-phoenix.ts";

describePhoenix("Phoenix on SQLite", () => {
  holdsContract({ destination: { endpoint: url }, read: async (traceId, spans) => readPhoenix(url, traceId, spans) });
});
