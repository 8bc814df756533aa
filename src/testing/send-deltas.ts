import type { GenerateOptions, ModelOutput } from "../models/model.ts";

/** Sends an answer word by word, as a streaming model would: its reasoning, then its text. */
export function sendDeltas({ message }: ModelOutput, { onDelta }: GenerateOptions): void {
  if (!onDelta) return;
  for (const text of pieces(message.reasoning ?? "")) onDelta({ type: "reasoning", text });
  for (const text of pieces(message.content)) onDelta({ type: "text", text });
}

function pieces(text: string): readonly string[] {
  return text.match(/\s*\S+|\s+$/g) ?? [];
}
