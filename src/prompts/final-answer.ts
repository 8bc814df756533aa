/** Tells a model that its steps are used up, before it is shown what was done. Source: smolagents prompts, final_answer.pre_messages. */
export function finalAnswerIntroduction(): string {
  return "An agent tried to answer a user query but it got stuck and failed to do so. You are tasked with providing an answer instead. Here is the agent's memory:";
}

/** Asks for the answer, after what was done. Source: smolagents prompts, final_answer.post_messages. */
export function finalAnswerRequest({ task }: { readonly task: string }): string {
  return `Based on the above, please provide an answer to the following user task:\n${task}`;
}
