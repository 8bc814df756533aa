/** As Chat Completions, Anthropic and Bedrock, Gemini, OpenAI's Responses, Mistral and Anthropic's long contexts say it. */
const CUT_OFF = new Set(["length", "max_tokens", "max_output_tokens", "model_length", "model_context_window_exceeded"]);

/** Tells whether an answer ends where a length limit cut it off, by the finish reason in the endpoint's own word, in capitals or not. */
export function isCutOff(finishReason: string | undefined): boolean {
  return finishReason !== undefined && CUT_OFF.has(finishReason.toLowerCase());
}
