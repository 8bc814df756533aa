import { mock } from "node:test";
import { setImmediate } from "node:timers/promises";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { SpoolSpanProcessor } from "../../src/collector/spool-span-processor.ts";

/** What the program is told, as its one argument. */
export interface OutageOrder {
  /** Where spans wait: in files, or in memory. */
  readonly spool: boolean;
  /** Of the simulated clock. */
  readonly seconds: number;
  readonly spansPerSecond: number;
}

/** What an outage costs. Bytes; memory is what comes on top of the same process when it ends spans that nobody keeps. */
export interface Outage {
  readonly ended: number;
  readonly waiting: number;
  readonly dropped: number;
  readonly spoolBytes: number;
  /** The most at any second. */
  readonly rss: number;
  /** The most at any minute, after a collection: heap and buffers. */
  readonly held: number;
  readonly said: string;
}

const NOBODY = "http://127.0.0.1:9";
const TEXT = "It is written here what the tool has found, in words. ".repeat(40).slice(0, 2_000);
/** A request is refused in one of them; what is compressed before takes some. */
const TURNS_A_SECOND = 20;
const WARM_UP_SECONDS = 120;
const order: OutageOrder = JSON.parse(process.argv[2] ?? "{}");

process.stdout.write(JSON.stringify(await measure(order)));
process.exit();

/** The clock is simulated, and with it the timers. What is ended, written, sent and refused is real. */
async function measure({ spool, seconds, spansPerSecond }: OutageOrder): Promise<Outage> {
  mock.timers.enable({ apis: ["setTimeout", "setInterval", "Date"], now: Date.now() });
  const most = { rss: 0, held: 0 };
  // V8 takes memory for the pace alone: for young objects, and for code.
  const bare = new NodeTracerProvider();
  for (let second = 1; second <= WARM_UP_SECONDS; second += 1) await live(bare, spansPerSecond);
  const idle = { held: await heldBytes(), rss: process.memoryUsage.rss() };
  const processor = new SpoolSpanProcessor({ endpoint: NOBODY, spool, quiet: true });
  const provider = new NodeTracerProvider({ spanProcessors: [processor] });
  for (let second = 1; second <= seconds; second += 1) {
    await live(provider, spansPerSecond);
    most.rss = Math.max(most.rss, process.memoryUsage.rss());
    if (second % 60 === 0) most.held = Math.max(most.held, await heldBytes());
  }
  const { ended, waiting, dropped, bytes, lastError = "" } = processor.stats();
  return {
    ended,
    waiting,
    dropped: Object.values(dropped.byReason).reduce((sum, spans) => sum + spans, 0),
    spoolBytes: bytes,
    rss: most.rss - idle.rss,
    held: most.held - idle.held,
    said: lastError,
  };
}

/** A second. */
async function live(provider: NodeTracerProvider, spans: number): Promise<void> {
  const tracer = provider.getTracer("outage");
  for (let index = 0; index < spans; index += 1) {
    tracer.startSpan("span", { attributes: { a: TEXT, b: TEXT, c: TEXT, d: TEXT, e: TEXT } }).end();
  }
  mock.timers.tick(1_000);
  for (let turn = 0; turn < TURNS_A_SECOND; turn += 1) await setImmediate();
}

async function heldBytes(): Promise<number> {
  if (globalThis.gc === undefined) throw new Error("Start it with --expose-gc: what is held cannot be told otherwise.");
  globalThis.gc();
  // What buffers held is given back beside the collection.
  await setImmediate();
  globalThis.gc();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}
