import { expect, it } from "vitest";
import { deliverSpool } from "../../../src/collector/deliver-spool.ts";
import { startFaultySink } from "../../support/faulty-sink.ts";
import { firstFailure, startSpoolProvider, temporaryFolder } from "../../support/spool-provider.ts";

it("what was delivered is sent once more when its batch is already on its way with what waited, and none is said to be refused", async () => {
  let status = 200;
  const sink = await startFaultySink(() => ({ status }));
  const directory = temporaryFolder();
  const { end, processor } = startSpoolProvider({ endpoint: sink.url, spool: { directory } });
  end("a", "b");
  await processor.forceFlush();
  status = 503;
  end("c");
  await firstFailure(processor);
  await processor.shutdown({ timeoutMs: 1 });
  status = 200;
  const { isComplete, sentences } = await deliverSpool({ directory, endpoint: sink.url, again: true });
  expect(sink.kept.toSorted()).toEqual(["a", "a", "b", "b", "c", "c"]);
  expect({ isComplete, sentences }).toEqual({
    isComplete: true,
    sentences: [expect.stringContaining("3 delivered, 0 refused.")],
  });
});
