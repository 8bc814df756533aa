import { rmSync, writeFileSync } from "node:fs";
import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import type * as ProcessLife from "../../../src/collector/process-life.ts";
import { SpoolSpanProcessor } from "../../../src/collector/spool-span-processor.ts";

/**
 * Ends three spans, then itself, in the way that its first argument names.
 *
 * They wait in files, in memory, or in memory because a file stands where the folder should be, until they have ended: also root cannot write there.
 */
const [how = "", endpoint = "", directory = "", where = "files"] = process.argv.slice(2);

const EVENTS = ["SIGTERM", "SIGINT", "SIGHUP", "beforeExit", "exit"];
const countListeners = () => EVENTS.map((event) => process.listenerCount(event));
const listenersBefore = countListeners();
const exitLater = () => setImmediate(() => process.exit(9));
const sendAndExit = () => void processor.shutdown().then(() => process.exit(9));
if (how === "a signal that was handled before") process.once("SIGTERM", exitLater);
if (how === "a signal whose handler of before sends") process.once("SIGTERM", sendAndExit);
if (where === "no disk") writeFileSync(directory, "");
if (where === "memory") process.env["VITRINE_SPOOL"] = directory;
const processor = new SpoolSpanProcessor({ endpoint, spool: where === "memory" ? false : { directory } });
const tracer = new NodeTracerProvider({ spanProcessors: [processor] }).getTracer("test");
for (const name of ["a", "b", "c"]) tracer.startSpan(name).end();
if (where === "no disk") rmSync(directory);

const endBySignal = () => {
  process.kill(process.pid, "SIGTERM");
  setTimeout(() => {}, 60_000);
};
/** As the package signal-exit does. */
const endWhenAlone = () => {
  if (process.listenerCount("SIGTERM") > 1) return;
  process.off("SIGTERM", endWhenAlone);
  process.kill(process.pid, "SIGTERM");
};
const sayAsked = () => process.stdout.write("the copy is asked\n");
const endings: Readonly<Record<string, () => unknown>> = {
  "the loop is empty": () => {},
  "process.exit": () => process.exit(7),
  "an error is thrown": () => {
    throw new Error("on purpose");
  },
  shutdown: async () => processor.shutdown(),
  "shutdown, and a span after it that no disk takes": async () => {
    await processor.shutdown();
    rmSync(directory, { recursive: true });
    writeFileSync(directory, "");
    tracer.startSpan("late").end();
    rmSync(directory);
  },
  "shutdown, and a look at who listens": async () => {
    const during = countListeners();
    await processor.shutdown();
    process.stdout.write(JSON.stringify({ before: listenersBefore, during, after: countListeners() }));
  },
  "a signal": endBySignal,
  "a signal that is handled": () => {
    process.once("SIGTERM", () => process.exit(9));
    endBySignal();
  },
  "a signal that is handled later": () => {
    process.once("SIGTERM", exitLater);
    endBySignal();
  },
  "a signal that was handled before": endBySignal,
  "a signal whose handler sends": () => {
    process.once("SIGTERM", sendAndExit);
    endBySignal();
  },
  "a signal whose handler of before sends": endBySignal,
  "a signal that another copy of this package hears": async () => {
    const copy = "../../../src/collector/process-life.ts?copy";
    const { outlive }: typeof ProcessLife = await import(copy);
    outlive({ isInMemory: true, canSend: () => false, send: async () => {}, rescue: sayAsked, copy: sayAsked });
    endBySignal();
  },
  "a signal that ends the process when nobody else listens": () => {
    process.on("SIGTERM", endWhenAlone);
    endBySignal();
  },
  "a signal that the program lives on with": () => {
    process.on("SIGTERM", () => {});
    process.kill(process.pid, "SIGTERM");
    return new Promise((resolve) => setTimeout(resolve, 100));
  },
  "a signal that the program lives on with, and a second one": () => {
    process.once("SIGTERM", () =>
      setImmediate(() => {
        tracer.startSpan("late").end();
        process.kill(process.pid, "SIGTERM");
      }),
    );
    endBySignal();
  },
  "a signal that the program lives on with, and process.exit with others": async () => {
    const isHeard = new Promise((resolve) => process.once("SIGTERM", resolve));
    endBySignal();
    await isHeard;
    await processor.forceFlush();
    for (const name of ["d", "e", "f"]) tracer.startSpan(name).end();
    process.exit(7);
  },
  SIGKILL: () => process.kill(process.pid, "SIGKILL"),
};
const end = endings[how];
if (end === undefined) throw new Error(`There is no ending "${how}"`);
await end();
