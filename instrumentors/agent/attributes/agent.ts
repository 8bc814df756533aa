import {
  AGENT_NAME,
  GRAPH_NODE_ID,
  GRAPH_NODE_PARENT_ID,
  IMAGE_URL,
  INPUT_IMAGES,
} from "@arizeai/openinference-semantic-conventions";
import type { Attributes } from "@opentelemetry/api";
import type { Agent } from "../../../src/agents/agent.ts";
import type { RunOptions } from "../../../src/agents/run-options.ts";
import type { RunResult } from "../../../src/agents/run-result.ts";
import { describe } from "../../../src/describe.ts";
import { VITRINE } from "../../shared/vitrine-attributes.ts";
import { inputAttributes, outputAttributes } from "./text.ts";

/** Gives the name under which people know an agent: its own, or its class's. */
export function agentName(agent: Agent): string {
  return agent.name ?? agent.constructor.name;
}

/** Describes a run before it starts. */
export function agentStartAttributes(agent: Agent, task: string, options: RunOptions = {}): Attributes {
  const { additionalArgs, images = [], maxSteps = agent.maxSteps, parent } = options;
  const name = agentName(agent);
  const attributes: Attributes = {
    [AGENT_NAME]: name,
    ...inputAttributes(task),
    [GRAPH_NODE_ID]: name,
    ...(parent ? { [GRAPH_NODE_PARENT_ID]: parent.agent.name } : {}),
    [VITRINE.maxSteps]: maxSteps,
    [VITRINE.toolNames]: agent.tools.map((tool) => tool.name),
    ...(additionalArgs && Object.keys(additionalArgs).length > 0
      ? { [VITRINE.additionalArgs]: describe(additionalArgs) }
      : {}),
  };
  for (const [index, { url }] of images.entries()) attributes[`${INPUT_IMAGES}.${index}.${IMAGE_URL}`] = url;
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
    ...outputAttributes(answerOf(output)),
    [VITRINE.stopReason]: stopReason,
    [VITRINE.usageInput]: usage.inputTokens,
    [VITRINE.usageOutput]: usage.outputTokens,
    [VITRINE.usageTotal]: usage.totalTokens,
  };
}
