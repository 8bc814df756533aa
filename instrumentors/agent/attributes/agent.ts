import {
  AGENT_NAME,
  GRAPH_NODE_ID,
  GRAPH_NODE_NAME,
  GRAPH_NODE_PARENT_ID,
  INPUT_IMAGES,
} from "@arizeai/openinference-semantic-conventions";
import type { Attributes } from "@opentelemetry/api";
import type { Agent } from "../../../src/agents/agent.ts";
import type { RunOptions } from "../../../src/agents/run-options.ts";
import type { RunResult } from "../../../src/agents/run-result.ts";
import { AgentAbortError, LimitError } from "../../../src/errors.ts";
import type { ActionStep } from "../../../src/memory/steps.ts";
import type { Usage } from "../../../src/models/usage.ts";
import type { SpanEvent } from "../../shared/traced.ts";
import { providerAttributes } from "../../shared/gen-ai.ts";
import { EVENTS, VITRINE } from "../../shared/vitrine-attributes.ts";
import { knownCounts, roundedCost } from "../../shared/counts.ts";
import { FoundImages, imageAttributes, outputWithImages } from "./images.ts";
import { inputAttributes, shortDescription } from "../../shared/text.ts";
import { providerOf, systemOf } from "./provider.ts";

/** Gives the name under which people know an agent: its own, or its class's. */
export function agentName(agent: Agent): string {
  return agent.name ?? agent.constructor.name;
}

/** Describes a run before it starts. */
export function agentStartAttributes(agent: Agent, task: string, options: RunOptions = {}): Attributes {
  const { additionalArgs = {}, images = [], maxSteps = agent.maxSteps, parent } = options;
  const name = agentName(agent);
  const found = new FoundImages(INPUT_IMAGES);
  images.forEach(found.replace);
  const attributes: Attributes = {
    [AGENT_NAME]: name,
    ...inputAttributes(task),
    [GRAPH_NODE_ID]: name,
    [GRAPH_NODE_NAME]: name,
    ...(parent ? { [GRAPH_NODE_PARENT_ID]: parent.agent.name } : {}),
    [VITRINE.maxSteps]: maxSteps,
    [VITRINE.toolNames]: agent.tools.map((tool) => tool.name),
    ...(Object.keys(additionalArgs).length > 0
      ? { [VITRINE.additionalArgs]: shortDescription(additionalArgs, found.replace).text }
      : {}),
    ...imageAttributes(INPUT_IMAGES, found.urls),
  };
  for (const [index, managed] of agent.managedAgents.entries()) {
    attributes[`${VITRINE.managedAgents}.${index}.name`] = managed.name ?? "";
    attributes[`${VITRINE.managedAgents}.${index}.description`] = managed.description ?? "";
  }
  return attributes;
}

/** A number or a boolean is an answer that people read, not data. */
export function answerOf(output: unknown): unknown {
  return typeof output === "number" || typeof output === "boolean" ? String(output) : output;
}

/** Describes what a run gave. Tokens have names of their own here: backends add up those of the LLM spans. */
export function agentResultAttributes({ output, stopReason, usage }: RunResult): Attributes {
  return {
    ...outputWithImages(answerOf(output)),
    [VITRINE.stopReason]: stopReason,
    ...usageAttributes(usage),
  };
}

/** Tells why a run stopped that gave nothing: the limit, as `stopReason` names it, "aborted" or "failed"; and what it used, if it came that far. */
export function agentFailureAttributes(error: Error, usage?: Usage): Attributes {
  const reason = error instanceof AgentAbortError ? "aborted" : "failed";
  return {
    [VITRINE.stopReason]: error instanceof LimitError ? error.limit : reason,
    ...(usage ? usageAttributes(usage) : {}),
  };
}

/** Tells of the limit that ended a run. */
export function runLimit({ stopReason, steps }: RunResult): SpanEvent | undefined {
  if (stopReason === "final-answer") return undefined;
  const said = steps.findLast(
    (step): step is ActionStep => step.type === "action" && step.error?.type === "LimitError",
  );
  return {
    name: EVENTS.limit,
    attributes: { type: stopReason, ...(said?.error ? { message: said.error.message } : {}) },
  };
}

function usageAttributes(usage: Usage): Attributes {
  return knownCounts([
    [VITRINE.usageInput, usage.inputTokens],
    [VITRINE.usageOutput, usage.outputTokens],
    [VITRINE.usageTotal, usage.totalTokens],
    [VITRINE.usageCached, usage.cachedTokens],
    [VITRINE.usageReasoning, usage.reasoningTokens],
    [VITRINE.usageAudioInput, usage.audioInputTokens],
    [VITRINE.usageAudioOutput, usage.audioOutputTokens],
    [VITRINE.usageCost, roundedCost(usage.costUsd)],
  ]);
}

/** Names the model that an agent asks, and its provider: the GenAI conventions want them on its span. */
export function agentModelTwins({ model, description }: Agent): Attributes {
  return {
    ...providerAttributes(providerOf(model) ?? systemOf(model)),
    "gen_ai.request.model": model.modelId,
    ...(description === undefined ? {} : { "gen_ai.agent.description": description }),
  };
}
