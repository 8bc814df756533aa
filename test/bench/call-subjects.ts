import { type ChildProcess, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Sink } from "./sink.ts";

/** Says who makes calls, who traces them, and whether that is on. */
export interface Subject {
  /** Vitrine's OpenAIModel, or the client of the `openai` package. */
  readonly target: "model" | "openai";
  readonly by: "nobody" | "vitrine" | "arize" | "traceloop" | "contrib" | "langfuse";
  /** "on": through the stock processor and exporter, for all alike. "spooled": through Vitrine's own. */
  readonly mode: "on" | "spooled" | "no SDK" | "suppressed" | "unsampled";
  readonly kinds: readonly Kind[];
}

/**
 * Says what is called: `plain` and `stream` with messages that are all new; `next` in a run, eight of ten messages being those of the call before;
 * `instant` what answers by itself, so that little is left but the tracing.
 */
export type Kind = "plain" | "next" | "stream" | "instant";

/** What a call cost. */
export interface CallCost {
  /** Until the caller has the answer. */
  readonly us: number;
  /** Of the whole process, until the span is delivered. */
  readonly cpuUs: number;
  /** What the heap grew by, collections included: of use where nothing was collected. */
  readonly heapBytes: number;
  /** How often the messages of a request were asked for. Counted for `instant` only. */
  readonly reads: number;
  /** What reached the collector. */
  readonly sentBytes: number;
}

/** Is a process that makes calls when it is asked to. */
export interface RunningSubject {
  readonly subject: Subject;
  readonly measure: (kind: Kind, count: number) => Promise<CallCost>;
  readonly stop: () => void;
}

/** Starts a subject in a process of its own. Errors: that it ended; what it wrote is on stderr. */
export async function startSubject(subject: Subject, { folder, sink }: StartOptions): Promise<RunningSubject> {
  const { target, by, mode } = subject;
  // What a collector leaves on disk belongs to one of them, and to one run: it would be taken over, and a full spool be measured.
  const cwd = join(folder, "subjects", `${target}-${by}-${mode}`);
  rmSync(cwd, { recursive: true, force: true });
  mkdirSync(cwd, { recursive: true });
  const child = fork(join(folder, "call.mjs"), [JSON.stringify({ target, by, mode }), sink.url], {
    cwd,
    env: { PATH: process.env["PATH"] },
    // Without the flags that this process was given, for its own sources.
    execArgv: [],
  });
  await answerOf(child, subject);
  return {
    subject,
    measure: async (kind, count) => {
      const before = sink.bytes();
      child.send({ kind, count });
      const cost = await answerOf(child, subject);
      return { ...cost, sentBytes: (sink.bytes() - before) / count };
    },
    stop: () => child.kill(),
  };
}

interface StartOptions {
  readonly folder: string;
  readonly sink: Sink;
}

async function answerOf(child: ChildProcess, { target, by, mode }: Subject): Promise<Omit<CallCost, "sentBytes">> {
  const waiting = new AbortController();
  const stop = (): void => waiting.abort();
  child.once("exit", stop);
  try {
    const [answer]: Omit<CallCost, "sentBytes">[] = await once(child, "message", { signal: waiting.signal });
    if (!answer) throw new Error("it sent nothing");
    return answer;
  } catch (cause) {
    throw new Error(`The process ended that measures ${target}, traced by ${by}, ${mode}.`, { cause });
  } finally {
    child.off("exit", stop);
  }
}
