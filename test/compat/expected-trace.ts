import { spanTree } from "vitrine/testing";
import type { ReceivedSpan } from "./otlp.ts";

const SCOPE = "openinference.instrumentation.vitrine";

const TREE = `\
AGENT ToolCallingAgent.run            OK
  CHAIN Step 1                        OK
    LLM ScriptedModel.generate        OK
    TOOL search_agent                 OK
      AGENT search_agent.run          OK
        CHAIN Step 1                  OK
          LLM ScriptedModel.generate  OK
          TOOL search                 ERROR
        CHAIN Step 2                  OK
          LLM ScriptedModel.generate  OK
          TOOL search                 OK
        CHAIN Step 3                  OK
          LLM ScriptedModel.generate  OK
          TOOL final_answer           OK
  CHAIN Step 2                        OK
    LLM ScriptedModel.generate        OK
    TOOL final_answer                 OK`;

/** Of the first model call of the managed agent. */
const LLM_ATTRIBUTES: Readonly<Record<string, unknown>> = {
  "llm.model_name": "searcher",
  "llm.token_count.prompt": 100,
  "llm.token_count.completion": 10,
  "llm.token_count.total": 110,
  "llm.input_messages.0.message.role": "system",
  "llm.input_messages.1.message.role": "user",
  "llm.output_messages.0.message.role": "assistant",
  "llm.output_messages.0.message.tool_calls.0.tool_call.function.name": "search",
  "llm.output_messages.0.message.tool_calls.0.tool_call.function.arguments": '{"query":"bad"}',
};

/** Tells what is wrong with the spans that came of one run of `programs/agents.cjs`; nothing, if they are as they must be. */
export function faultsOf(spans: readonly ReceivedSpan[]): string[] {
  const faults: string[] = [];
  const traces = new Set(spans.map(({ traceId }) => traceId)).size;
  if (traces !== 1) faults.push(`${traces} traces came, not 1`);
  const tree = spanTree(spans);
  if (tree !== TREE) faults.push(`the tree is not as it must be:\n${tree || "(no spans)"}`);
  const strangers = new Set(spans.map(({ scope }) => scope).filter((scope) => scope !== SCOPE));
  if (strangers.size > 0) faults.push(`spans came of other scopes: ${[...strangers].join(", ")}`);
  const call = spans.find(({ attributes }) => attributes["llm.model_name"] === "searcher");
  for (const [name, expected] of Object.entries(LLM_ATTRIBUTES)) {
    const found = call?.attributes[name];
    if (found !== expected) faults.push(`${name} is ${JSON.stringify(found)}, not ${JSON.stringify(expected)}`);
  }
  return faults;
}
