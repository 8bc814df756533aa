export { ScriptedModel, type ScriptedAnswer, type ScriptedReply } from "./testing/scripted-model.ts";
export { spanTree, type FinishedSpan } from "./testing/span-tree.ts";
