export type { RecordedCall, RecordedError } from "./testing/recorded-call.ts";
export { RecordedModel } from "./testing/recorded-model.ts";
export { ScriptedModel, type ScriptedAnswer, type ScriptedReply } from "./testing/scripted-model.ts";
export { spanTree, type FinishedSpan } from "./testing/span-tree.ts";
export type { PhoenixTraceSource } from "./testing/trace-phoenix.ts";
export type { RecordedRunOptions } from "./testing/trace-run.ts";
export type { SpanLike, TraceSource } from "./testing/trace-source.ts";
