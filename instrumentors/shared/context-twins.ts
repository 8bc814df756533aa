import { SESSION_ID } from "@arizeai/openinference-semantic-conventions";
import { type Attributes, context } from "@opentelemetry/api";
import { contextAttributes } from "./context-attributes.ts";
import { toGenAi } from "./gen-ai.ts";

/** Gives the twins of what the caller set for all spans: the session is a conversation there. */
export function contextTwins(): Attributes {
  const { [SESSION_ID]: session } = contextAttributes(context.active());
  return session === undefined ? {} : toGenAi({ [SESSION_ID]: session }, undefined);
}
