import type { AgentEvent } from "../agents/events.ts";
import { describe, truncateMiddle } from "../describe.ts";
import { timeAndTokens } from "../memory/time-and-tokens.ts";
import { fit, type Layout, plain, rule } from "./layout.ts";
import { renderStep } from "./render-step.ts";

/** Says how much is told of an event. */
export interface Rendering extends Layout {
  readonly verbosity: "info" | "debug";
}

type EventOf<Type extends AgentEvent["type"]> = Extract<AgentEvent, { readonly type: Type }>;

const MAX_ARGUMENTS_LENGTH = 200;
const MAX_MANAGED_ANSWER_LENGTH = 2_000;

/** Writes an event as people read it; as nothing, where another event tells the same. */
export function renderEvent(event: AgentEvent, rendering: Rendering): string {
  const { style, verbosity, width } = rendering;
  switch (event.type) {
    case "run-start":
      return renderStart(event, rendering);
    case "plan":
      return renderPlan(event, rendering);
    case "step-start":
      return style("bold", rule(`${ownerOf(event)}Step ${event.stepNumber}`, { width }));
    case "code":
      return style("cyan", plain(event.code.trimEnd()).replaceAll(/^/gm, "  "));
    case "log":
      return verbosity === "debug" ? style("dim", fit(`· ${event.line}`, rendering)) : "";
    case "tool-start":
      return style("cyan", fit(`→ ${event.toolName} ${shorten(describe(event.input))}`, rendering));
    case "tool-end":
      return event.error ? style("red", fit(`✗ ${event.toolName}: ${event.error.message}`, rendering)) : "";
    case "approval":
      return renderApproval(event, rendering);
    case "retry":
      return renderRetry(event, rendering);
    case "step-end":
      return renderStep(event.step, { ...rendering, owner: ownerOf(event) });
    case "limit":
      return style("yellow", fit(event.message, rendering));
    case "final":
      return renderEnd(event, rendering);
    case "text-delta":
    case "reasoning-delta":
      return "";
  }
}

/** Several managed agents may be at work at once. */
function ownerOf({ agentPath }: AgentEvent): string {
  const name = agentPath.at(-1);
  return name === undefined ? "" : `${name}: `;
}

/** A managed agent's task stands in the call above it. */
function renderStart(event: EventOf<"run-start">, rendering: Rendering): string {
  const { style, width } = rendering;
  const { agentName, agentPath, task } = event;
  const model = `${event.modelClass} - ${event.modelId}`;
  if (agentPath.length > 0)
    return style(["bold", "yellow"], rule(`New run: ${agentName} (${model})`, { width, start: "━━" }));
  const gutter = style("yellow", "│ ");
  return [
    style(["bold", "yellow"], rule(`New run: ${agentName}`, { width, start: "╭─" })),
    fit(task, { width: width - 2 }).replaceAll(/^/gm, gutter),
    style("yellow", rule(model, { width, start: "╰─" })),
  ].join("\n");
}

function renderPlan(event: EventOf<"plan">, rendering: Rendering): string {
  const { style, width } = rendering;
  const title = `${ownerOf(event)}Plan`;
  return [
    style("bold", rule(title, { width })),
    fit(event.step.plan.trim(), rendering),
    style("dim", timeAndTokens(title, event.step)),
  ].join("\n");
}

function renderApproval({ toolName, isApproved, reason }: EventOf<"approval">, rendering: Rendering): string {
  const why = reason === undefined ? "" : `: ${reason}`;
  return rendering.style("yellow", fit(`${isApproved ? "approved" : "refused"} ${toolName}${why}`, rendering));
}

function renderRetry({ attempt, reason, status }: EventOf<"retry">, rendering: Rendering): string {
  const isBrief = status !== undefined && rendering.verbosity !== "debug";
  const why = status === undefined || reason.includes(String(status)) ? reason : `HTTP ${status}: ${reason}`;
  return rendering.style("yellow", fit(`retrying (${attempt}): ${isBrief ? `HTTP ${status}` : why}`, rendering));
}

function renderEnd(event: EventOf<"final">, rendering: Rendering): string {
  const { style } = rendering;
  const { result, error, agentPath } = event;
  if (error) return style("red", fit(`${error.name}: ${error.message}`, rendering));
  const said = withoutImageData(describe(result.output).trim());
  // Its manager tells it again, with what it makes of it.
  const answer = agentPath.length > 0 ? truncateMiddle(said, MAX_MANAGED_ANSWER_LENGTH) : said;
  const label = style(["bold", "green"], "Final answer:");
  const shown = answer.includes("\n") ? `\n${fit(answer, rendering)}` : ` ${plain(answer)}`;
  const total = agentPath.length > 0 ? [] : [style("dim", timeAndTokens("Run", result))];
  return [label + shown, ...total].join("\n");
}

function shorten(text: string): string {
  return text.length <= MAX_ARGUMENTS_LENGTH ? text : `${text.slice(0, MAX_ARGUMENTS_LENGTH)}…`;
}

/** What an image holds is nothing to read. */
function withoutImageData(text: string): string {
  return text.replaceAll(/(data:image\/[\w.+-]+;base64,)[\w+/=]{32,}/g, "$1…");
}
