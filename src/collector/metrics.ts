import { createRequire } from "node:module";
import type * as Api from "@opentelemetry/api";
import type { CollectorStats, DeliveryStats } from "./stats.ts";

type Answered = Pick<DeliveryStats, "delivered"> & { readonly rejected: Pick<DeliveryStats["rejected"], "byReason"> };

/** What is observed. */
interface Observed {
  readonly stats: () => CollectorStats;
  /** Gives what each destination answered for, with its address: counts that never fall, as a counter of OpenTelemetry's must not. */
  readonly answered: () => readonly (readonly [url: string, Answered])[];
}

/**
 * Shows the counts as metrics of OpenTelemetry, when a meter provider is registered.
 *
 * Gives the function that ends it; undefined when none is. Names: OpenTelemetry's conventions for the metrics of SDKs.
 */
export function observeStats({ stats, answered }: Observed): (() => void) | undefined {
  const api = loadApi();
  if (api === undefined || isNoop(api)) return undefined;
  const meter = api.metrics.getMeter("vitrine/collector");
  const spans = { unit: "{span}" };
  const processed = meter.createObservableCounter("otel.sdk.processor.span.processed", spans);
  const queued = meter.createObservableUpDownCounter("otel.sdk.processor.span.queue.size", spans);
  const exported = meter.createObservableCounter("otel.sdk.exporter.span.exported", spans);
  const bytes = meter.createObservableUpDownCounter("vitrine.spool.size", { unit: "By" });
  const component = { "otel.component.name": `vitrine/${(observed += 1)}` };
  const observe: Api.BatchObservableCallback = (observer) => {
    const { ended, dropped, bytes: size, destinations } = stats();
    observer.observe(processed, ended, component);
    for (const [reason, count] of Object.entries(dropped.byReason)) {
      observer.observe(processed, count, { ...component, "error.type": reason });
    }
    observer.observe(bytes, size, component);
    for (const [url, { waiting }] of Object.entries(destinations)) {
      observer.observe(queued, waiting, { ...component, ...placeOf(url) });
    }
    for (const [url, { delivered, rejected }] of answered()) {
      const place = { ...component, ...placeOf(url) };
      observer.observe(exported, delivered, place);
      for (const [type, count] of byType(rejected.byReason)) {
        observer.observe(exported, count, { ...place, "error.type": type });
      }
    }
  };
  const instruments = [processed, queued, exported, bytes];
  meter.addBatchObservableCallback(observe, instruments);
  return () => meter.removeBatchObservableCallback(observe, instruments);
}

/** Tells the processors of one process apart. */
let observed = 0;

function placeOf(url: string): Api.Attributes {
  const { hostname, port, protocol } = new URL(url);
  return {
    "server.address": hostname,
    "server.port": Number(port || (protocol === "https:" ? 443 : 80)),
    "url.full": url,
  };
}

/** Reasons are sentences, metrics need few kinds: the status that a refusal begins with, else what OpenTelemetry has for all others. */
function byType(byReason: Readonly<Record<string, number>>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const [reason, count] of Object.entries(byReason)) {
    const type = /^\d{3}(?=:|$)/.exec(reason)?.[0] ?? "_OTHER";
    counts.set(type, (counts.get(type) ?? 0) + count);
  }
  return counts;
}

function loadApi(): typeof Api | undefined {
  try {
    return createRequire(import.meta.url)("@opentelemetry/api");
  } catch {
    return undefined;
  }
}

/** Until a provider is registered, the API gives meters that do nothing, for good. */
function isNoop({ metrics, createNoopMeter }: typeof Api): boolean {
  return metrics.getMeter("vitrine/collector") === createNoopMeter();
}
