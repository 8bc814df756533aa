import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { SpoolSpanProcessor } from "../../../src/collector/spool-span-processor.ts";

/** Ends three spans, then itself, in the way that its first argument names. */
const [how = "", endpoint = "", directory = "", where = "files"] = process.argv.slice(2);

const spool = where === "files" ? { directory } : false;
if (where !== "files") process.env["VITRINE_SPOOL"] = directory;
const processor = new SpoolSpanProcessor({ endpoint, spool });
const tracer = new NodeTracerProvider({ spanProcessors: [processor] }).getTracer("test");
for (const name of ["a", "b", "c"]) tracer.startSpan(name).end();

const endings: Readonly<Record<string, () => unknown>> = {
  "the loop is empty": () => {},
  "process.exit": () => process.exit(7),
  "an error is thrown": () => {
    throw new Error("on purpose");
  },
  shutdown: async () => processor.shutdown(),
  "a signal": () => process.kill(process.pid, "SIGTERM"),
  "a signal that is handled": () => {
    process.once("SIGTERM", () => process.exit(9));
    process.kill(process.pid, "SIGTERM");
    setTimeout(() => {}, 60_000);
  },
  SIGKILL: () => process.kill(process.pid, "SIGKILL"),
};
const end = endings[how];
if (end === undefined) throw new Error(`There is no ending "${how}"`);
await end();
