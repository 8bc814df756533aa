import type { AgentEvent } from "../agents/events.ts";
import { type Layout, plain } from "./layout.ts";
import { isToldAtTheEnd } from "./render-step.ts";

/** Writes an event for people who want to hear of failures and limits only; everything else as nothing. Says whose it is, where that is a managed agent. */
export function renderFailure(event: AgentEvent, style: Layout["style"]): string {
  const failure = failureOf(event);
  return failure === "" ? "" : style("red", plain([...event.agentPath, failure].join(" > ")));
}

function failureOf(event: AgentEvent): string {
  if (event.type === "limit") return event.message;
  if (event.type === "final" && event.error) return `${event.error.name}: ${event.error.message}`;
  if (event.type !== "step-end" || !event.step.error || isToldAtTheEnd(event.step.error)) return "";
  return `Step ${event.step.stepNumber}: ${event.step.error.message}`;
}
