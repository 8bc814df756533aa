import type { Context } from "@opentelemetry/api";
import {
  type InMemorySpanExporter,
  type ReadableSpan,
  SimpleSpanProcessor,
  type Span,
  type SpanProcessor,
} from "@opentelemetry/sdk-trace-node";

/** How often a span was ended, and its status set. */
interface SpanCounts {
  readonly name: string;
  readonly ends: number;
  readonly statuses: number;
}

/** Counts of every span that was started how often it was ended and its status set, also where the SDK makes nothing of it. */
export class CountingProcessor implements SpanProcessor {
  readonly #next: SpanProcessor;
  readonly #spans: { readonly name: string; ends: number; statuses: number }[] = [];

  constructor(exporter: InMemorySpanExporter) {
    this.#next = new SimpleSpanProcessor(exporter);
  }

  onStart(span: Span, parent: Context): void {
    const [setStatus, end] = [span.setStatus.bind(span), span.end.bind(span)];
    const counts = { name: span.name, ends: 0, statuses: 0 };
    this.#spans.push(counts);
    span.setStatus = (status) => {
      counts.statuses++;
      return setStatus(status);
    };
    span.end = (time) => {
      counts.ends++;
      end(time);
    };
    this.#next.onStart(span, parent);
  }

  onEnd(span: ReadableSpan): void {
    this.#next.onEnd(span);
  }

  async forceFlush(): Promise<void> {
    await this.#next.forceFlush();
  }

  async shutdown(): Promise<void> {
    await this.#next.shutdown();
  }

  /** Those that did not end once, or whose status was not set once. */
  wrong(): readonly SpanCounts[] {
    return this.#spans.filter(({ ends, statuses }) => ends !== 1 || statuses !== 1);
  }

  get started(): number {
    return this.#spans.length;
  }
}
