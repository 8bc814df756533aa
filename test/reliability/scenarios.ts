import type { Fault } from "./faulty-collector.ts";

/** How a program ends its life. */
type Ending =
  | "shutdown"
  | "process.exit"
  | "the loop is empty"
  | "an error is thrown"
  | "SIGTERM"
  | "SIGTERM, and a handler that shuts down"
  | "SIGKILL"
  | "forceFlush, then process.exit";

/** One way in which spans get lost: what the program does, and what the collector does. */
export interface Scenario {
  readonly id: string;
  readonly title: string;
  /** Spans a second, of 10 KB. */
  readonly rate: number;
  readonly seconds: number;
  /** Spans that end at once, before anything else. */
  readonly burst?: number;
  /** A span of 6 MB among them. */
  readonly hasHugeSpan?: boolean;
  readonly ending: Ending;
  readonly fault?: Fault;
  /** Whether a queue of 100,000 spans is asked for, where one can be. */
  readonly hasLargeQueue?: boolean;
  /** Spans that the collector refuses for good: of each ten, or the huge one. They are lost to whoever sends them. */
  readonly refuses?: "ten of each batch" | "the huge one";
}

const OUTAGE = 30;
const ERRORS = 20;
const HANG = 25;

const errors = (status: number, retryAfter?: number): Fault => ({ kind: "status", status, retryAfter, until: ERRORS });

/** The fault scenarios by which OpenTelemetry's own export was measured, with its letters. Seconds. */
export const SCENARIOS: readonly Scenario[] = [
  { id: "–", title: "healthy collector", rate: 20, seconds: 12, ending: "shutdown" },
  {
    id: "a1",
    title: "collector down for 30 s",
    rate: 20,
    seconds: 40,
    ending: "shutdown",
    fault: { kind: "down", until: OUTAGE },
  },
  {
    id: "a2",
    title: "the same, 200 spans a second",
    rate: 200,
    seconds: 40,
    ending: "shutdown",
    fault: { kind: "down", until: OUTAGE },
  },
  {
    id: "a3",
    title: "down for the whole run",
    rate: 20,
    seconds: 8,
    ending: "shutdown",
    fault: { kind: "down", until: Infinity },
  },
  { id: "b1", title: "503 for 20 s", rate: 20, seconds: 30, ending: "shutdown", fault: errors(503) },
  { id: "b2", title: "503 for 20 s, Retry-After: 3", rate: 20, seconds: 30, ending: "shutdown", fault: errors(503, 3) },
  {
    id: "b3",
    title: "503 for 20 s, Retry-After: 30",
    rate: 20,
    seconds: 30,
    ending: "shutdown",
    fault: errors(503, 30),
  },
  { id: "b4", title: "500 for 20 s", rate: 20, seconds: 30, ending: "shutdown", fault: errors(500) },
  { id: "b5", title: "507 for 20 s", rate: 20, seconds: 30, ending: "shutdown", fault: errors(507) },
  {
    id: "c1",
    title: "hangs for 25 s",
    rate: 20,
    seconds: 40,
    ending: "shutdown",
    fault: { kind: "hang", until: HANG },
  },
  {
    id: "c2",
    title: "hangs for the whole run",
    rate: 20,
    seconds: 8,
    ending: "shutdown",
    fault: { kind: "hang", until: Infinity },
  },
  { id: "d1", title: "20,000 spans in 1 s", rate: 20_000, seconds: 1, ending: "shutdown" },
  { id: "d2", title: "20,000 spans in one tick", rate: 0, seconds: 0, burst: 20_000, ending: "shutdown" },
  {
    id: "d2t",
    title: "the same, with a large queue",
    rate: 0,
    seconds: 0,
    burst: 20_000,
    ending: "shutdown",
    hasLargeQueue: true,
  },
  { id: "e1", title: "process.exit() after 7 s", rate: 20, seconds: 7, ending: "process.exit" },
  { id: "e2", title: "natural end after 7 s", rate: 20, seconds: 7, ending: "the loop is empty" },
  { id: "e3", title: "a script of 2 s, then process.exit()", rate: 20, seconds: 2, ending: "process.exit" },
  { id: "f1", title: "SIGTERM, no handler", rate: 20, seconds: 7, ending: "SIGTERM" },
  {
    id: "f2",
    title: "SIGTERM, a handler awaits shutdown()",
    rate: 20,
    seconds: 7,
    ending: "SIGTERM, and a handler that shuts down",
  },
  { id: "g", title: "SIGKILL", rate: 20, seconds: 7, ending: "SIGKILL" },
  { id: "h", title: "uncaught exception", rate: 20, seconds: 7, ending: "an error is thrown" },
  {
    id: "i1",
    title: "reset before it stored, twice",
    rate: 20,
    seconds: 15,
    ending: "shutdown",
    fault: { kind: "reset", requests: 2, isStored: false },
  },
  {
    id: "i2",
    title: "reset after it stored, twice",
    rate: 20,
    seconds: 15,
    ending: "shutdown",
    fault: { kind: "reset", requests: 2, isStored: true },
  },
  {
    id: "j1",
    title: "413 for a batch with a span of 6 MB",
    rate: 20,
    seconds: 12,
    hasHugeSpan: true,
    ending: "shutdown",
    fault: { kind: "refuses the huge", status: 413 },
    refuses: "the huge one",
  },
  {
    id: "j2",
    title: "400 for it",
    rate: 20,
    seconds: 12,
    hasHugeSpan: true,
    ending: "shutdown",
    fault: { kind: "refuses the huge", status: 400 },
    refuses: "the huge one",
  },
  {
    id: "k",
    title: "partial success, 10 of each batch left out",
    rate: 20,
    seconds: 12,
    ending: "shutdown",
    fault: { kind: "leaves out", spans: 10 },
    refuses: "ten of each batch",
  },
  {
    id: "m",
    title: "forceFlush(), then exit, amid retries",
    rate: 20,
    seconds: 4.5,
    ending: "forceFlush, then process.exit",
    fault: errors(503),
  },
];
