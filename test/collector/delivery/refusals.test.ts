import { describe, expect, it } from "vitest";
import { decodeRequest } from "../otlp/decode-request.ts";
import { pathOf } from "../otlp/small-spans.ts";
import { type SinkAnswer, startFaultySink } from "../../support/faulty-sink.ts";
import { firstFailure, keepStderr, startSpoolProvider } from "../../support/spool-provider.ts";

/** A collector that refuses every request in which a bad span is. */
const picky = (refusal: SinkAnswer) =>
  startFaultySink(({ spans }) => (spans.some(({ name }) => name.startsWith("bad")) ? refusal : { status: 200 }));

const names = (count: number) => Array.from({ length: count }, (_, index) => `span ${index}`);

/** Tag 0x0a is the partial_success; inside, 0x08 is rejected_spans and 0x12 error_message. */
const partialSuccess = (rejected: number, message: string) =>
  Buffer.concat([Buffer.from([0x0a, 4 + message.length, 0x08, rejected, 0x12, message.length]), Buffer.from(message)]);

describe("a batch that is refused", () => {
  it.each([400, 413, 422])("is sent in halves after a %i, until the bad span stands alone", async (status) => {
    const sink = await picky({ status, body: "no such thing" });
    const { end, processor, rejected } = startSpoolProvider({ endpoint: sink.url });
    end(...names(20), "bad", ...names(20));
    await processor.forceFlush();
    expect(sink.kept).toEqual([...names(20), ...names(20)]);
    expect(sink.requests.length).toBeLessThan(15);
    expect(rejected().files).toHaveLength(2);
    expect(processor.stats()).toMatchObject({
      ended: 41,
      delivered: 40,
      waiting: 0,
      rejected: { byReason: { [`${status}: no such thing`]: 1 } },
      dropped: { byReason: {} },
    });
  });

  it("leaves the bad span in rejected/, decodable, and named with its reason", async () => {
    const sink = await picky({ status: 422, body: "no such thing" });
    const { tracer, processor, rejected } = startSpoolProvider({ endpoint: sink.url });
    const span = tracer.startSpan("bad apple", { attributes: { "input.value": "what the model saw" } });
    span.end();
    await processor.forceFlush();
    const { traceId, spanId } = span.spanContext();
    const { files, facts, requests } = rejected();
    expect(files).toEqual([`${traceId}-${spanId}.json`, `${traceId}-${spanId}.otlp`]);
    expect(facts).toEqual([
      {
        traceId,
        spanId,
        name: "bad apple",
        url: `${sink.url}/v1/traces`,
        reason: "422: no such thing",
        at: expect.stringMatching(/^\d{4}-\d\d-\d\dT/),
      },
    ]);
    const decoded = decodeRequest(requests[0] ?? Buffer.alloc(0));
    expect(pathOf(decoded, ["resourceSpans", 0, "scopeSpans", 0, "spans", 0])).toMatchObject({
      traceId,
      spanId,
      name: "bad apple",
      attributes: [{ key: "input.value", value: { stringValue: "what the model saw" } }],
    });
  });

  it("is parted from good spans when every other one is bad, and each good one is delivered once", async () => {
    const sink = await picky({ status: 400 });
    const { end, processor, rejected } = startSpoolProvider({ endpoint: sink.url });
    for (const name of names(8)) end(name, `bad ${name}`);
    await processor.forceFlush();
    expect(sink.kept).toEqual(names(8));
    expect(rejected().facts).toHaveLength(8);
  });

  it("goes on where it was when the destination fails amid the halves", async () => {
    let isDown = false;
    const sink = await startFaultySink(({ spans }) => {
      if (isDown) return { status: 503 };
      if (spans.some(({ name }) => name === "bad")) return { status: 413 };
      isDown = sink.kept.length === 0;
      return { status: 200 };
    });
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a", "b", "c", "bad");
    expect(await firstFailure(processor)).toContain("503");
    expect(processor.stats()).toMatchObject({ delivered: 2, waiting: 2 });
    isDown = false;
    await processor.forceFlush();
    expect(sink.kept).toEqual(["a", "b", "c"]);
    expect(processor.stats()).toMatchObject({ delivered: 3, waiting: 0, rejected: { byReason: { "413": 1 } } });
  });

  it("says why in the words of a protobuf Status, and of a page", async () => {
    const message = "Invalid argument: trace id";
    const status = Buffer.concat([Buffer.from([0x08, 3, 0x12, message.length]), Buffer.from(message)]);
    const sink = await picky({ status: 400, body: status });
    const { end, processor, rejected } = startSpoolProvider({ endpoint: sink.url });
    end("bad");
    await processor.forceFlush();
    sink.answer = () => ({ status: 413, body: "<html><head><title>413 Too Large</title></head>\r\n<hr>nginx</html>" });
    end("bad too");
    await processor.forceFlush();
    expect(processor.stats().rejected.byReason).toEqual({ [`400: ${message}`]: 1, "413: 413 Too Large nginx": 1 });
    expect(rejected().facts).toHaveLength(2);
  });

  it("counts reasons that are never the same as one, past fifty", async () => {
    const sink = await startFaultySink((_request, index) => ({ status: 400, body: `request ${index}` }));
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end(...names(60));
    await processor.forceFlush();
    const { byReason } = processor.stats().rejected;
    expect(Object.keys(byReason)).toHaveLength(51);
    expect(byReason["other reasons"]).toBe(10);
  });
});

describe("an answer that only a person can do something about", () => {
  it.each([
    [415, "415: the receiver does not take OTLP as protobuf over HTTP"],
    [404, "404: there is no OTLP receiver at this address: the path is usually /v1/traces"],
    [302, "302: the address is elsewhere, and OTLP is not sent on by redirects"],
    [403, "403: the key may not write there"],
  ])("explains itself and loses nothing: %i", async (status, explanation) => {
    const sink = await startFaultySink(() => ({ status }));
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a");
    expect(await firstFailure(processor)).toContain(explanation);
    expect(processor.stats()).toMatchObject({ waiting: 1, rejected: { byReason: {} } });
    sink.answer = () => ({ status: 200 });
    await processor.forceFlush();
    expect(sink.kept).toEqual(["a"]);
  });
});

describe("a partial success", () => {
  it("is counted, its message shown, and nothing is sent again", async () => {
    const lines = keepStderr();
    const body = partialSuccess(2, "too old");
    const sink = await startFaultySink(() => ({ status: 200, body }));
    const { end, processor } = startSpoolProvider({ endpoint: sink.url, quiet: false });
    end("a", "b", "c");
    await processor.forceFlush();
    end("d", "e", "f");
    await processor.forceFlush();
    expect(sink.requests).toHaveLength(2);
    expect(processor.stats()).toMatchObject({
      ended: 6,
      delivered: 2,
      waiting: 0,
      rejected: { byReason: { "too old": 4 } },
    });
    expect(lines).toEqual([`vitrine: ${sink.url}/v1/traces left out 2 spans of a batch: too old.\n`]);
  });

  it("that rejects nothing is a word of the destination's, said once", async () => {
    const lines = keepStderr();
    const sink = await startFaultySink(() => ({ status: 200, body: partialSuccess(0, "use gzip") }));
    const { end, processor } = startSpoolProvider({ endpoint: sink.url, quiet: false });
    end("a");
    await processor.forceFlush();
    end("b");
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ delivered: 2, rejected: { byReason: {} } });
    expect(lines).toEqual([`vitrine: ${sink.url}/v1/traces took a batch and says: use gzip.\n`]);
  });

  it("that names more spans than were sent counts those that were", async () => {
    const sink = await startFaultySink(() => ({ status: 200, body: partialSuccess(100, "") }));
    const { end, processor } = startSpoolProvider({ endpoint: sink.url });
    end("a", "b");
    await processor.forceFlush();
    expect(processor.stats()).toMatchObject({ delivered: 0, waiting: 0 });
    expect(processor.stats().rejected.byReason).toEqual({ "left out without a reason": 2 });
  });
});
