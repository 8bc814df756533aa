import { setTimeout } from "node:timers/promises";
import type { EndedSpanResource } from "./otlp/ended-span.ts";
import { withResource } from "./otlp/span-request.ts";
import { RECORD, type SpoolRecord } from "./spool/record.ts";

/** A resource that may still be finding out what it is. */
export interface ResourceInTheMaking extends EndedSpanResource {
  readonly waitForAsyncAttributes?: (() => Promise<void>) | undefined;
}

/** A detector that never answers keeps no span back. */
const LONGEST_WAIT_MS = 5_000;
/** Bounds the memory that a resource takes which never gets complete. What is older is sent as it was kept. */
const MOST_SPANS = 10_000;

/** Completes spans that ended before their resource was known: they wait for it before they are sent, not before they are kept. */
export class PendingResources {
  readonly #resources = new Map<string, ResourceInTheMaking>();
  /** Each one is waited for once. */
  readonly #waits = new WeakMap<ResourceInTheMaking, Promise<void>>();

  /** Notes which resource the span is of. */
  note(spanId: string, resource: ResourceInTheMaking): void {
    this.#resources.set(spanId, resource);
    const [oldest] = this.#resources.keys();
    if (this.#resources.size > MOST_SPANS && oldest !== undefined) this.#resources.delete(oldest);
  }

  /** Gives what is to be sent of a record. What a process that is no more has left is sent as it is. */
  async complete({ kind, spanId, payload }: SpoolRecord): Promise<Uint8Array> {
    const resource = kind === RECORD.pendingResource ? this.#resources.get(spanId) : undefined;
    if (resource === undefined) return payload;
    const wait = this.#waits.get(resource) ?? waitFor(resource);
    this.#waits.set(resource, wait);
    await wait;
    return withResource(payload, resource);
  }
}

/** Errors: none; an attribute that cannot be found out is left out. */
async function waitFor(resource: ResourceInTheMaking): Promise<void> {
  const settled = resource.waitForAsyncAttributes?.().catch(() => {});
  await Promise.race([settled, setTimeout(LONGEST_WAIT_MS, undefined, { ref: false })]);
}
