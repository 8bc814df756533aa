import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { CALL_PROGRAMS } from "./call-programs.ts";
import { type CallCost, type Kind, type RunningSubject, startSubject, type Subject } from "./call-subjects.ts";
import { installPackages } from "./packages.ts";
import { startSink } from "./sink.ts";
import { median, table } from "./statistics.ts";

/** What is compared with: the newest that trace openai 6. */
const PEERS = {
  "@arizeai/openinference-instrumentation-openai": "4.2.7",
  "@traceloop/instrumentation-openai": "0.27.0",
  "@opentelemetry/instrumentation-openai": "0.21.0",
  "@langfuse/openai": "5.11.1",
};
const OPENTELEMETRY = ["api", "core", "sdk-trace-node", "exporter-trace-otlp-proto"];
const ROUNDS = 15;
const WARM_UP_ROUNDS = 25;
/** Calls in a round: so many that a process works as one under load does, and is not measured as it comes back to its work. */
const COUNTS: Readonly<Record<Kind, number>> = { plain: 200, next: 200, stream: 60, instant: 2_000 };
const MAX_PLAIN_US = 120;
const MAX_CPU_US = 300;
const MAX_STREAM_US = 600;
const MAX_OFF_US = 2;
/** Two whole calls cannot be told apart by the microsecond: two runs of this bench differ by as much. */
const MAX_OFF_RATIO = 1.2;
/** The same calls for all who are compared: the compiler does better by those that it sees more of. */
const OFF_KINDS = { model: ["plain", "next", "stream", "instant"], openai: ["plain", "stream", "instant"] } as const;

const SUBJECTS: readonly Subject[] = [
  { target: "model", by: "nobody", mode: "on", kinds: OFF_KINDS.model },
  { target: "model", by: "vitrine", mode: "on", kinds: ["plain", "next", "stream"] },
  { target: "model", by: "vitrine", mode: "spooled", kinds: ["plain", "next", "stream"] },
  { target: "openai", by: "nobody", mode: "on", kinds: OFF_KINDS.openai },
  { target: "openai", by: "vitrine", mode: "spooled", kinds: ["plain", "stream"] },
  ...(["vitrine", "arize", "traceloop", "contrib", "langfuse"] as const).map((by): Subject => ({
    target: "openai",
    by,
    mode: "on",
    kinds: ["plain", "stream"],
  })),
  { target: "openai", by: "arize", mode: "no SDK", kinds: ["plain", "stream"] },
  ...(["model", "openai"] as const).flatMap((target) => [
    { target, by: "nobody", mode: "unsampled", kinds: OFF_KINDS[target] } as const,
    ...(["no SDK", "suppressed", "unsampled"] as const).map((mode): Subject => ({
      target,
      by: "vitrine",
      mode,
      kinds: OFF_KINDS[target],
    })),
  ]),
];

/** One subject's calls of one kind, round by round, beside those of the same rounds that nobody traced. */
interface Measured {
  readonly subject: Subject;
  readonly kind: Kind;
  readonly costs: readonly CallCost[];
  readonly bare: readonly CallCost[];
}

const { folder, versions } = installPackages(PEERS, [
  "openai",
  ...OPENTELEMETRY.map((name) => `@opentelemetry/${name}`),
]);
for (const [name, text] of Object.entries(CALL_PROGRAMS)) writeFileSync(join(folder, name), text);
const measured = await measureAll();
say(
  `Node ${process.versions.node}, ${Object.entries(versions)
    .map((entry) => entry.join(" "))
    .join(", ")}\n`,
);
for (const kinds of [["plain", "next"], ["stream"]] as const) say(`${report(kinds)}\n`);
say(`${offReport()}\n`);
const broken = measured.flatMap(brokenPromises);
for (const sentence of broken) say(`Not kept: ${sentence}`);
if (broken.length > 0) process.exitCode = 1;

/** By turns, each round begun by another: what else the machine does meets all alike. */
async function measureAll(): Promise<Measured[]> {
  const sink = await startSink();
  const running: RunningSubject[] = [];
  const rounds: Map<string, CallCost>[] = [];
  try {
    for (const subject of SUBJECTS) running.push(await startSubject(subject, { folder, sink }));
    // All at once: nothing is measured yet.
    await Promise.all(running.map(warmUp));
    for (let round = 0; round < ROUNDS; round++) {
      const first = round % running.length;
      rounds.push(await measureRound([...running.slice(first), ...running.slice(0, first)]));
    }
  } finally {
    for (const each of running) each.stop();
    sink.close();
  }
  const costsOf = (subject: Subject, kind: Kind): CallCost[] =>
    rounds.flatMap((round) => round.get(keyOf(subject, kind)) ?? []);
  return SUBJECTS.flatMap((subject) =>
    subject.kinds.map((kind) => ({
      subject,
      kind,
      costs: costsOf(subject, kind),
      bare: costsOf(bareOf(subject), kind),
    })),
  );
}

/** A call takes half of its time once the compiler has seen a thousand, and its CPU falls until it has seen four thousand: the compiler works beside it. */
async function warmUp({ subject, measure }: RunningSubject): Promise<void> {
  for (let round = 0; round < WARM_UP_ROUNDS; round++)
    for (const kind of subject.kinds) await measure(kind, COUNTS[kind]);
}

async function measureRound(running: readonly RunningSubject[]): Promise<Map<string, CallCost>> {
  const costs = new Map<string, CallCost>();
  for (const { subject, measure } of running)
    for (const kind of subject.kinds) costs.set(keyOf(subject, kind), await measure(kind, COUNTS[kind]));
  return costs;
}

function keyOf({ target, by, mode }: Subject, kind: Kind): string {
  return [target, by, mode, kind].join();
}

/** Where a context is active, what it costs at each await is not what the tracing adds. */
function bareOf({ target, mode }: Subject): Subject {
  const isInContext = mode === "suppressed" || mode === "unsampled";
  return { target, by: "nobody", mode: isInContext ? "unsampled" : "on", kinds: [] };
}

function added({ costs, bare }: Measured, part: keyof CallCost): number {
  return median(costs.map((cost, round) => cost[part] - (bare[round]?.[part] ?? NaN)));
}

function ratio({ costs, bare }: Measured): number {
  return median(costs.map(({ us }, round) => us / (bare[round]?.us ?? NaN)));
}

function report(kinds: readonly Kind[]): string {
  const head = [kinds[0] ?? "", "traced by", "µs", "added", "ratio", "CPU µs", "added", "KB sent"];
  const rows = measured
    .filter(({ kind }) => kinds.includes(kind))
    .map((each) => {
      const { subject, kind, costs } = each;
      return [
        subject.target,
        describe(subject, kind),
        median(costs.map(({ us }) => us)).toFixed(0),
        added(each, "us").toFixed(0),
        ratio(each).toFixed(2),
        median(costs.map(({ cpuUs }) => cpuUs)).toFixed(0),
        added(each, "cpuUs").toFixed(0),
        (median(costs.map(({ sentBytes }) => sentBytes)) / 1000).toFixed(1),
      ];
    });
  return table([head, ...rows]);
}

function offReport(): string {
  const rows = measured
    .filter(({ kind, subject }) => kind === "instant" && subject.by === "vitrine")
    .map((each) => [
      each.subject.target,
      each.subject.mode,
      added(each, "us").toFixed(2),
      added(each, "heapBytes").toFixed(0),
      Math.max(...each.costs.map(({ reads }) => reads)).toFixed(0),
    ]);
  return table([["off", "why", "µs added", "bytes added", "messages read"], ...rows]);
}

function describe({ by, mode }: Subject, kind: Kind): string {
  const off = mode === "on" ? [] : [by === "nobody" ? "in a context" : mode];
  return [by, ...off, ...(kind === "next" ? ["in a run"] : [])].join(", ");
}

function brokenPromises(each: Measured): string[] {
  const { subject, kind, costs } = each;
  if (subject.by !== "vitrine") return [];
  const name = `${subject.target}, ${kind}, ${subject.mode}`;
  const over = (value: number, limit: number, what: string): string[] =>
    value < limit ? [] : [`${name}: ${value.toFixed(2)} ${what}, and less than ${limit} are promised.`];
  const time = (limit: number): string[] => over(added(each, "us"), limit, "µs are added to a call");
  // Promised of the instrumentor, through the pipeline that all have. What the spool adds, which writes each span to a file, is shown beside it.
  if (subject.mode === "spooled") return [];
  if (subject.mode === "on") {
    if (kind === "stream") return time(MAX_STREAM_US);
    return [...time(MAX_PLAIN_US), ...over(added(each, "cpuUs"), MAX_CPU_US, "µs of CPU are added to a call")];
  }
  if (kind !== "instant") return over(ratio(each), MAX_OFF_RATIO, "of the time that a call takes");
  const isRead = costs.some(({ reads }) => reads > 0);
  return [...time(MAX_OFF_US), ...(isRead ? [`${name}: messages are read, and nothing is traced.`] : [])];
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
