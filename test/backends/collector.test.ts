import { describe } from "vitest";
import { holdsContract } from "./contract.ts";
import { readCollectorFile } from "./read-collector.ts";
import { NOWHERE, started } from "./started-backends.ts";

describe.skipIf(started.collector === null)("An OpenTelemetry Collector that writes to a file", () => {
  const { url, file } = started.collector ?? { url: NOWHERE, file: "" };
  holdsContract({
    destination: { endpoint: url },
    read: async (traceId, spans) => readCollectorFile(file, traceId, spans),
  });
});
