import { ProtobufTraceSerializer } from "@opentelemetry/otlp-transformer";
import type { ReadableSpan } from "@opentelemetry/sdk-trace-node";
import { encodeSpan } from "../../src/collector/otlp/encode-span.ts";
import { benchSpans } from "./encoder-shapes.ts";
import { median, table } from "./statistics.ts";

/** As many in a request as the stock processor would send in one, of large spans. */
const BATCH = 64;
const ROUNDS = 31;
const SPANS_A_ROUND = 256;
const WARM_UP_ROUNDS = 5;
const PROMISED_SHAPE = "OI-60";
const PROMISED_RATIO = 10;

type Encode = (span: ReadableSpan) => number;

const ours: Encode = (span) => {
  let bytes = 0;
  for (let index = 0; index < BATCH; index++) bytes += encodeSpan(span).length;
  return bytes / BATCH;
};

const stock: Encode = (span) =>
  (ProtobufTraceSerializer.serializeRequest(Array.from({ length: BATCH }, () => span))?.length ?? 0) / BATCH;

if (!globalThis.gc) throw new Error("Start it with --expose-gc: what is allocated cannot be told otherwise.");
const results = [...benchSpans()].map(([shape, span]) => ({ shape, ...compare(span) }));
process.stdout.write(
  `${table([
    [
      "shape",
      "KB",
      "ours, µs: median, best",
      "stock, µs: median, best",
      "ratio: median, best",
      "MB/s: ours, stock",
      "KB allocated: ours, stock",
    ],
    ...results.map(({ shape, bytes, mine, theirs, allocated }) => [
      shape,
      (bytes / 1000).toFixed(1),
      `${mine.median.toFixed(1)}, ${mine.best.toFixed(1)}`,
      `${theirs.median.toFixed(1)}, ${theirs.best.toFixed(1)}`,
      `${(theirs.median / mine.median).toFixed(1)}, ${(theirs.best / mine.best).toFixed(1)}`,
      `${(bytes / mine.median).toFixed(0)}, ${(bytes / theirs.median).toFixed(0)}`,
      `${allocated.mine.toFixed(1)}, ${allocated.theirs.toFixed(1)}`,
    ]),
  ])}\n`,
);
const promised = results.find(({ shape }) => shape === PROMISED_SHAPE);
if (!promised || promised.theirs.median / promised.mine.median < PROMISED_RATIO) {
  process.stdout.write(
    `Not kept: ${PROMISED_SHAPE} is encoded at least ${PROMISED_RATIO} times as fast as by the stock serializer.\n`,
  );
  process.exitCode = 1;
}

/** One round of ours, one of the stock serializer, by turns: what else the machine does meets both. */
function compare(span: ReadableSpan) {
  for (let round = 0; round < WARM_UP_ROUNDS; round++) {
    microsecondsOf(ours, span);
    microsecondsOf(stock, span);
  }
  const mine: number[] = [];
  const theirs: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    mine.push(microsecondsOf(ours, span));
    theirs.push(microsecondsOf(stock, span));
  }
  return {
    bytes: ours(span),
    mine: { median: median(mine), best: Math.min(...mine) },
    theirs: { median: median(theirs), best: Math.min(...theirs) },
    allocated: { mine: kilobytesOf(ours, span), theirs: kilobytesOf(stock, span) },
  };
}

/** Time of the processor, not of the clock: the machine may do other things as well. */
function microsecondsOf(encode: Encode, span: ReadableSpan): number {
  const before = process.cpuUsage();
  for (let done = 0; done < SPANS_A_ROUND; done += BATCH) encode(span);
  const { user, system } = process.cpuUsage(before);
  return (user + system) / SPANS_A_ROUND;
}

/** What one request leaves behind before anything is collected, a span: on the heap and in buffers. */
function kilobytesOf(encode: Encode, span: ReadableSpan): number {
  const samples = Array.from({ length: 9 }, () => {
    globalThis.gc?.();
    const before = process.memoryUsage();
    encode(span);
    const after = process.memoryUsage();
    return after.heapUsed - before.heapUsed + after.arrayBuffers - before.arrayBuffers;
  });
  return median(samples) / BATCH / 1000;
}
