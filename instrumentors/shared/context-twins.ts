import { SESSION_ID } from "@arizeai/openinference-semantic-conventions";
import { type Attributes, context } from "@opentelemetry/api";
import { contextAttributes } from "./context-attributes.ts";
import type { Agent } from "../../src/agents/agent.ts";
import { providerAttributes, toGenAi } from "./gen-ai.ts";
import { providerOf, systemOf } from "../agent/attributes/provider.ts";

/** Gives the twins of what the caller set for all spans: the session is a conversation there. */
export function contextTwins(): Attributes {
  const { [SESSION_ID]: session } = contextAttributes(context.active());
  return session === undefined ? {} : toGenAi({ [SESSION_ID]: session }, undefined);
}

/** Names the model that an agent asks, and its provider: the GenAI conventions want them on its span. */
export function agentModelTwins({ model, description }: Agent): Attributes {
  return {
    ...providerAttributes(providerOf(model) ?? systemOf(model)),
    "gen_ai.request.model": model.modelId,
    ...(description === undefined ? {} : { "gen_ai.agent.description": description }),
  };
}
