import type { GenerateRequest, ModelOutput } from "../models/model.ts";
import type { ActionDraft } from "./action-draft.ts";
import type { AgentRun } from "./agent-run.ts";

/** Asks the model for a step's action, and writes down on the draft what it saw and said. Errors: those of Model.generate. */
export async function askModel(
  draft: ActionDraft,
  run: AgentRun,
  request: Omit<GenerateRequest, "messages">,
): Promise<ModelOutput> {
  draft.modelInput = await run.messages();
  const output = await run.generate({ messages: draft.modelInput, ...request });
  const { message, usage } = output;
  if (usage) draft.usage = usage;
  if (message.reasoning) draft.reasoning = message.reasoning;
  draft.modelOutput = message.content;
  return output;
}
