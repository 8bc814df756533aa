import { describe, expect, it, onTestFinished, vi } from "vitest";
import { encodeSpan } from "../../src/collector/otlp/encode-span.ts";
import { PendingResources, type ResourceInTheMaking } from "../../src/collector/pending-resources.ts";
import { RECORD } from "../../src/collector/spool/record.ts";
import { deferred } from "./deferred.ts";
import { decodeRequest } from "./otlp/decode-request.ts";
import { pathOf, spanWith } from "./otlp/small-spans.ts";

const SPAN_ID = "b7ad6b7169203331";

/** A resource whose host is found out when the test says so. */
function makeResource() {
  const found = deferred();
  const attributes: Record<string, string> = { "service.name": "shop" };
  const resource = {
    attributes,
    asyncAttributesPending: true,
    getRawAttributes: () => Object.entries(attributes),
    waitForAsyncAttributes: vi.fn<() => Promise<void>>(async () => found.promise),
  };
  const complete = () => {
    attributes["host.name"] = "till-7";
    resource.asyncAttributesPending = false;
    found.resolve();
  };
  return { resource, complete };
}

const recordOf = (resource: ResourceInTheMaking, kind: number = RECORD.pendingResource) => {
  const payload = Buffer.from(encodeSpan(spanWith({ name: "early", resource })));
  return { kind, spanId: SPAN_ID, payload, start: 0, end: payload.length };
};

const attributesIn = (request: Uint8Array) =>
  pathOf(decodeRequest(request), ["resourceSpans", 0, "resource", "attributes"]);

const SHOP = { key: "service.name", value: { stringValue: "shop" } };
const TILL = { key: "host.name", value: { stringValue: "till-7" } };

describe("PendingResources", () => {
  it("gives a span the resource that its own became, and nothing else of it changes", async () => {
    const pending = new PendingResources();
    const { resource, complete } = makeResource();
    const record = recordOf(resource);
    pending.note(SPAN_ID, resource);
    const completed = pending.complete(record);
    complete();
    const request = await completed;
    expect(attributesIn(record.payload)).toEqual([SHOP]);
    expect(attributesIn(request)).toEqual([SHOP, TILL]);
    const spans = ["resourceSpans", 0, "scopeSpans"];
    expect(pathOf(decodeRequest(request), spans)).toEqual(pathOf(decodeRequest(record.payload), spans));
  });

  it("waits for a resource no longer than 5 seconds, and once only", async () => {
    vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout"] });
    onTestFinished(() => void vi.useRealTimers());
    const pending = new PendingResources();
    const { resource } = makeResource();
    pending.note(SPAN_ID, resource);
    const completed = pending.complete(recordOf(resource));
    await vi.advanceTimersByTimeAsync(5_000);
    expect(attributesIn(await completed)).toEqual([SHOP]);
    expect(attributesIn(await pending.complete(recordOf(resource)))).toEqual([SHOP]);
    expect(resource.waitForAsyncAttributes).toHaveBeenCalledOnce();
  });

  it("sends what is known when a detector fails", async () => {
    const pending = new PendingResources();
    const { resource } = makeResource();
    resource.waitForAsyncAttributes.mockRejectedValue(new Error("no metadata server"));
    pending.note(SPAN_ID, resource);
    expect(attributesIn(await pending.complete(recordOf(resource)))).toEqual([SHOP]);
  });

  it("leaves alone what is of another process, and what was complete", async () => {
    const pending = new PendingResources();
    const { resource } = makeResource();
    const ofAnother = recordOf(resource);
    expect(await pending.complete(ofAnother)).toBe(ofAnother.payload);
    pending.note(SPAN_ID, resource);
    const complete = recordOf(resource, RECORD.span);
    expect(await pending.complete(complete)).toBe(complete.payload);
  });

  it("keeps the newest ten thousand in mind, where a resource never gets complete", async () => {
    const pending = new PendingResources();
    const { resource } = makeResource();
    pending.note(SPAN_ID, resource);
    for (let index = 0; index < 10_000; index += 1) pending.note(String(index), resource);
    const forgotten = recordOf(resource);
    expect(await pending.complete(forgotten)).toBe(forgotten.payload);
  });
});
