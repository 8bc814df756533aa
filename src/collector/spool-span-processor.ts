import { ConfigurationError, toError } from "../errors.ts";
import { ANYTHING, checkOptions, type Rule, SWITCH } from "./check-options.ts";
import {
  createDestinations,
  DESTINATION_RULES,
  type DestinationOptions,
  type SeveralDestinations,
} from "./destinations.ts";
import { createNotices } from "./notices.ts";
import { encodeSpan } from "./otlp/encode-span.ts";
import type { EndedSpan } from "./otlp/ended-span.ts";
import { Outbox, type TimeLimit } from "./outbox.ts";
import { PendingResources, type ResourceInTheMaking } from "./pending-resources.ts";
import { RECORD } from "./spool/record.ts";
import { resolveSpool, type SpoolOptions } from "./spool/spool-options.ts";
import type { CollectorStats } from "./stats.ts";

/** Says where ended spans go, and where they wait. All of it may be left out. */
export interface SpoolSpanProcessorOptions extends DestinationOptions, SeveralDestinations {
  /**
   * Whether spans wait in files (true, the default), or in memory (false); and how.
   *
   * What is in memory is written down when the process ends. In a worker thread it is when the worker ends by itself: what ends the main thread
   * ends the worker without a word, so there let it await `shutdown()`, or keep the files.
   */
  readonly spool?: boolean | SpoolOptions | undefined;
  /** Whether nothing is written to stderr when a destination fails, and when it takes spans again. */
  readonly quiet?: boolean | undefined;
}

/** Says where spans go, and where the address came from: an option, the name of a variable, or "default". */
export interface DestinationFacts {
  readonly url: string;
  readonly source: string;
}

/** A span as the SDK's processors get it; written down so that no public type needs the SDK. */
interface SdkSpan extends EndedSpan {
  readonly resource: ResourceInTheMaking;
}

const SAMPLED = 1;
/** A segment is a fourth of it: of less, none would hold a span of an agent. */
const LEAST_MAX_BYTES = 65_536;

/** Says what the options of `SpoolSpanProcessor` may be; `spool` and `destinations` are checked where they are read. */
export const PROCESSOR_RULES = {
  ...DESTINATION_RULES,
  destinations: ANYTHING,
  spool: ANYTHING,
  quiet: SWITCH,
} satisfies Readonly<Record<keyof SpoolSpanProcessorOptions, Rule>>;

/**
 * Delivers every sampled span that ends: it is in a file when it has ended, and is sent until each destination has taken it.
 *
 * For a tracer provider of one's own, of OpenTelemetry's SDK 2 or 3; `register()` sets one up. What a process leaves, the next one that uses
 * the folder delivers. A destination may get a span twice: both have the same id.
 * Errors: the constructor throws ConfigurationError for an address, a header or a number that is none, and for an option that is not known. A disk that refuses is told on stderr.
 */
export class SpoolSpanProcessor {
  /** Where the spans go: the first place, if there are several. */
  readonly endpoint: DestinationFacts;
  readonly #outbox: Outbox;
  readonly #pending = new PendingResources();
  readonly #notesStarts: boolean;

  constructor(options: SpoolSpanProcessorOptions = {}) {
    checkOptions(options, PROCESSOR_RULES, { name: "SpoolSpanProcessor", isTop: true });
    const settings = resolveSpool(options.spool, process.env);
    if (settings.maxBytes < LEAST_MAX_BYTES) {
      throw new ConfigurationError(
        `spool.maxBytes must be at least ${LEAST_MAX_BYTES} bytes (64 KiB), and is ${settings.maxBytes}.`,
      );
    }
    const destinations = createDestinations(options, process.env);
    const [{ url, source }] = destinations;
    this.endpoint = { url, source };
    this.#notesStarts = settings.started;
    this.#outbox = new Outbox({
      settings,
      destinations,
      say: createNotices(options),
      prepare: async (record) => this.#pending.complete(record),
    });
  }

  onStart(span: SdkSpan): void {
    if (this.#notesStarts) this.#keep(span, RECORD.started);
  }

  onEnd(span: SdkSpan): void {
    this.#keep(span, span.resource.asyncAttributesPending === true ? RECORD.pendingResource : RECORD.span);
  }

  /** Sends what has ended. Rejects when a destination has not taken it in time (30 seconds), and says why and where it waits. */
  async forceFlush(limit?: TimeLimit): Promise<void> {
    return this.#outbox.flush(limit);
  }

  /** Sends what can be sent in time (2 seconds), says on stderr where the rest waits, and stops. Does not reject. */
  async shutdown(limit?: TimeLimit): Promise<void> {
    return this.#outbox.shutdown(limit);
  }

  /** Counts what became of the spans. */
  stats(): CollectorStats {
    return this.#outbox.stats();
  }

  /** Errors: none; a program does not fail for a span that cannot be read. */
  #keep(span: SdkSpan, kind: number): void {
    const { spanId, traceFlags } = span.spanContext();
    if ((traceFlags & SAMPLED) === 0) return;
    try {
      if (kind === RECORD.pendingResource) this.#pending.note(spanId, span.resource);
      this.#outbox.add({ kind, spanId, payload: encodeSpan(span) });
    } catch (error) {
      this.#outbox.lose(`a span that cannot be read: ${toError(error).message}`);
    }
  }
}
