import { diag, DiagConsoleLogger } from "@opentelemetry/api";
import { InMemorySpanExporter, NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
import { CodeAgent, type ExecutionOptions, type ExecutionResult, Executor, tool } from "vitrine";
import { instrument } from "vitrine/instrumentors";
import { ScriptedModel, spanTree } from "vitrine/testing";
import { z } from "zod";
import { writes } from "../support/replies.ts";
import { CountingProcessor } from "./counted-spans.ts";

// Ends in the midst of a run, in the way that its argument names, and writes what became of the spans.

const exporter = new InMemorySpanExporter();
const counts = new CountingProcessor(exporter);

process.on("exit", () => {
  const [root] = exporter.getFinishedSpans().slice(-1);
  const tree = spanTree(exporter.getFinishedSpans());
  process.stdout.write(JSON.stringify({ tree, wrong: counts.wrong(), message: root?.status.message }));
});

diag.setLogger(new DiagConsoleLogger());
instrument(new NodeTracerProvider({ spanProcessors: [counts] }));

const ENDS: Readonly<Record<string, () => unknown>> = {
  exit: () => process.exit(0),
  throw: () => queueMicrotask(fail),
  drain: async () => new Promise<never>(() => {}),
};

const end = tool({
  name: "end",
  description: "Ends the process.",
  inputSchema: z.object({}),
  execute: ENDS[process.argv[2] ?? ""] ?? fail,
});

/** Calls the tool; no worker keeps the process. */
class DirectExecutor extends Executor {
  protected override async evaluate(_code: string, { tools }: ExecutionOptions): Promise<ExecutionResult> {
    return { value: await tools["end"]?.({}), text: "", logs: "", isFinalAnswer: false };
  }
}

const model = new ScriptedModel([writes("await end({})")]);
void new CodeAgent({ model, tools: [end], executor: new DirectExecutor(), console: false }).run("Go");

function fail(): never {
  throw new Error("Nobody catches this.");
}
