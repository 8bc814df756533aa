import { z } from "zod";

const imagePart = z.looseObject({ type: z.literal("image"), url: z.string() });
const textPart = z.looseObject({ type: z.literal("text"), text: z.string() });
const content = z.union([z.string(), z.array(z.discriminatedUnion("type", [textPart, imagePart]))], {
  error: "it must be a text, or a list of text and image parts",
});
const toolCall = z.looseObject({ id: z.string(), name: z.string(), arguments: z.unknown().optional() });
const message = z.discriminatedUnion(
  "role",
  [
    z.looseObject({ role: z.literal("system"), content: z.string() }),
    z.looseObject({ role: z.literal("user"), content }),
    z.looseObject({
      role: z.literal("assistant"),
      content: z.string(),
      toolCalls: z.array(toolCall),
      reasoning: z.string().optional(),
    }),
    z.looseObject({ role: z.literal("tool"), toolCallId: z.string(), toolName: z.string(), content }),
  ],
  { error: "its role must be system, user, assistant or tool" },
);
const timing = z.looseObject({ startTime: z.number(), endTime: z.number(), durationMs: z.number() });
const usage = z.looseObject({
  inputTokens: z.number(),
  outputTokens: z.number(),
  totalTokens: z.number(),
  cachedTokens: z.number().optional(),
  reasoningTokens: z.number().optional(),
  costUsd: z.number().optional(),
});
const stepError = z.looseObject({ type: z.string(), message: z.string() });
const observation = z.looseObject({
  toolCallId: z.string().optional(),
  toolName: z.string().optional(),
  text: z.string(),
  error: stepError.optional(),
});

const systemPromptStep = z.looseObject({ type: z.literal("system-prompt"), systemPrompt: z.string() });
const taskStep = z.looseObject({
  type: z.literal("task"),
  task: z.string(),
  images: z.array(imagePart).optional(),
});
const planningStep = z.looseObject({
  type: z.literal("planning"),
  modelInput: z.array(message),
  modelOutput: z.string(),
  plan: z.string(),
  usage: usage.optional(),
  timing,
});
const actionStep = z.looseObject({
  type: z.literal("action"),
  stepNumber: z.number(),
  modelInput: z.array(message),
  modelOutput: z.string(),
  reasoning: z.string().optional(),
  toolCalls: z.array(toolCall),
  code: z.string().optional(),
  observations: z.array(observation),
  images: z.array(imagePart.extend({ name: z.string() })).optional(),
  error: stepError.optional(),
  output: z.unknown().optional(),
  isFinalAnswer: z.boolean(),
  usage: usage.optional(),
  timing,
});

/** Checks a saved memory, version 1: each step by its type. Fields beside these are let through. */
export const savedMemorySchema = z.looseObject({
  version: z.literal(1),
  steps: z.array(
    z.discriminatedUnion("type", [systemPromptStep, taskStep, planningStep, actionStep], {
      error:
        "its type must be system-prompt, task, planning or action; one of another type was written by another release",
    }),
  ),
});
