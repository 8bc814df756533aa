import { EventEmitter, once } from "node:events";
import { createRequire } from "node:module";
import { diag, DiagLogLevel, type DiagLogger } from "@opentelemetry/api";
import { describe, expect, it, onTestFinished, vi } from "vitest";
import { encodeSpan } from "../../../src/collector/otlp/encode-span.ts";
import type { EndedSpanResource } from "../../../src/collector/otlp/ended-span.ts";
import { decodeRequest } from "./decode-request.ts";
import { pathOf, spanWith } from "./small-spans.ts";

describe("resources and scopes", () => {
  it("are read once an object", () => {
    const read = vi.fn<() => Record<string, unknown>>(() => ({ "service.name": "till" }));
    const resource = {
      get attributes() {
        return read();
      },
    };
    const instrumentationScope = {
      get name() {
        return String(read()["service.name"]);
      },
    };
    const first = Buffer.from(encodeSpan(spanWith({ resource, instrumentationScope })));
    expect(Buffer.from(encodeSpan(spanWith({ resource, instrumentationScope })))).toEqual(first);
    expect(read).toHaveBeenCalledTimes(2);
  });

  it("are sent as far as they are there while attributes are awaited, without a word in the SDK's log, and whole afterwards", async () => {
    const logged = logOfSdk();
    const machine = new EventEmitter();
    const found = once(machine, "found").then(([name]) => name);
    const resource = resourceFromAttributes({ early: 1, "host.id": found });
    const before = resourceAttributes(resource);
    machine.emit("found", "machine-7");
    await resource.waitForAsyncAttributes?.();
    expect(before).toEqual([{ key: "early", value: { intValue: 1n } }]);
    expect(resourceAttributes(resource)).toEqual([...before, { key: "host.id", value: { stringValue: "machine-7" } }]);
    expect(logged).toEqual([]);
  });

  it("are sent with the first value of a name, while others are awaited, as the SDK merges them", () => {
    const pending = resourceFromAttributes({ late: new Promise(() => {}), name: "old" });
    expect(resourceAttributes(pending.merge(resourceFromAttributes({ name: "new" })))).toEqual([
      { key: "name", value: { stringValue: "new" } },
    ]);
  });
});

interface SdkResource extends EndedSpanResource {
  readonly waitForAsyncAttributes?: () => Promise<void>;
  readonly merge: (other: SdkResource) => SdkResource;
}

/** Of the package that the SDK itself uses. */
function resourceFromAttributes(attributes: Readonly<Record<string, unknown>>): SdkResource {
  const require = createRequire(import.meta.url);
  return createRequire(require.resolve("@opentelemetry/sdk-trace-node"))(
    "@opentelemetry/resources",
  ).resourceFromAttributes(attributes);
}

function resourceAttributes(resource: EndedSpanResource): unknown[] {
  const attributes = pathOf(decodeRequest(encodeSpan(spanWith({ resource }))), [
    "resourceSpans",
    0,
    "resource",
    "attributes",
  ]);
  return Array.isArray(attributes) ? attributes : [];
}

function logOfSdk(): unknown[] {
  const logged: unknown[] = [];
  const log = (...args: unknown[]) => void logged.push(args);
  const logger: DiagLogger = { error: log, warn: log, info: log, debug: log, verbose: log };
  diag.setLogger(logger, DiagLogLevel.WARN);
  onTestFinished(() => diag.disable());
  logged.length = 0;
  return logged;
}
