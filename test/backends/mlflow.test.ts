import { describe } from "vitest";
import { holdsContract } from "./contract.ts";
import { readMlflow } from "./read-mlflow.ts";
import { NOWHERE, started } from "./started-backends.ts";

describe.skipIf(started.mlflow === null)("MLflow", () => {
  const url = started.mlflow?.url ?? NOWHERE;
  holdsContract({
    // Experiment 0 is there from the start.
    destination: { endpoint: url, headers: { "x-mlflow-experiment-id": "0" } },
    read: async (traceId, spans) => readMlflow(url, traceId, spans),
  });
});
