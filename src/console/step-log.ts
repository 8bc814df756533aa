import { styleText } from "node:util";
import type { AgentEvent } from "../agents/events.ts";
import { describe, truncateMiddle } from "../describe.ts";
import type { ActionStep } from "../memory/steps.ts";

type Style = Parameters<typeof styleText>[0];

/** Says how much the step log tells, and where. */
export interface StepLogOptions {
  /** "error": failures only; "info": what was done and observed; "debug": also what the model said. "info" if absent. */
  readonly verbosity?: "error" | "info" | "debug";
  /** stderr if absent. Colours only where it is a terminal and NO_COLOR is not set. */
  readonly stream?: { write(text: string): unknown; readonly isTTY?: boolean };
}

const WIDTH = 100;
const MAX_OBSERVATION_LENGTH = 2_000;

/** Writes what happens in a run for people to watch: each step with its code or calls, what was observed, the time and tokens it took. */
export function stepLog(options: boolean | StepLogOptions = true): ((event: AgentEvent) => void) | undefined {
  if (options === false) return undefined;
  const { verbosity = "info", stream = process.stderr } = options === true ? {} : options;
  const isStyled = (stream.isTTY ?? false) && !process.env["NO_COLOR"];
  // By itself it looks at stdout, from Node 22.13 on; this log goes elsewhere.
  const style = (format: Style, text: string): string =>
    isStyled ? styleText(format, text, { validateStream: false }) : text;
  return (event) => {
    const text = render(event, { verbosity, style });
    const indent = style("dim", "│ ".repeat(event.agentPath.length));
    if (text !== "") stream.write(text.replaceAll(/^/gm, indent) + "\n");
  };
}

interface Rendering {
  readonly verbosity: "error" | "info" | "debug";
  readonly style: (format: Style, text: string) => string;
}

function render(event: AgentEvent, rendering: Rendering): string {
  const { style } = rendering;
  if (rendering.verbosity === "error") return renderFailure(event, rendering);
  switch (event.type) {
    case "run-start":
      return renderStart(event, rendering);
    case "plan":
      return `${style("bold", rule("Plan", "─"))}\n${event.step.plan}`;
    case "step-start":
      return style("bold", rule(`Step ${event.stepNumber}`, "─"));
    case "code":
      return event.code.trimEnd().replaceAll(/^/gm, style("cyan", "  "));
    case "tool-start":
      return style("cyan", `→ ${event.toolName} ${shorten(describe(event.input))}`);
    case "tool-end":
      return event.error ? style("red", `✗ ${event.toolName}: ${event.error.message}`) : "";
    case "step-end":
      return renderStep(event.step, rendering);
    case "limit":
      return style("yellow", event.message);
    case "final":
      return renderEnd(event, rendering);
    case "text-delta":
    case "reasoning-delta":
    case "log":
      return "";
  }
}

/** A managed agent's task stands in the call above it. */
function renderStart(event: Extract<AgentEvent, { type: "run-start" }>, { style }: Rendering): string {
  const title = style(["bold", "yellow"], rule(`New run: ${event.agentName} (${event.modelId})`, "━"));
  return event.agentPath.length > 0 ? title : `${title}\n${event.task}`;
}

function renderFailure(event: AgentEvent, { style }: Rendering): string {
  if (event.type === "step-end" && event.step.error)
    return style("red", `Step ${event.step.stepNumber}: ${event.step.error.message}`);
  if (event.type === "final" && event.error) return style("red", `${event.error.name}: ${event.error.message}`);
  return "";
}

function renderStep(step: ActionStep, { style, verbosity }: Rendering): string {
  const isShown = verbosity === "debug" || step.error?.type === "ParsingError";
  const said = isShown && step.modelOutput !== "" ? [style("dim", `Model: ${step.modelOutput}`)] : [];
  const observed = step.isFinalAnswer
    ? []
    : step.observations
        .filter(({ text }) => text !== "")
        .map(({ text }) => truncateMiddle(text, MAX_OBSERVATION_LENGTH));
  const failed = step.error && !isToldAlready(step) ? [style("red", `✗ ${step.error.message}`)] : [];
  const title = step.error?.type === "LimitError" ? "Answer at the limit" : `Step ${step.stepNumber}`;
  const seconds = (step.timing.durationMs / 1000).toFixed(2);
  const tokens = step.usage
    ? ` | Input tokens: ${step.usage.inputTokens.toLocaleString("en")} | Output tokens: ${step.usage.outputTokens.toLocaleString("en")}`
    : "";
  return [...said, ...observed, ...failed, style("dim", `[${title}: ${seconds} seconds${tokens}]`)].join("\n");
}

/** A failed call is told at its end, a limit when it is reached. */
function isToldAlready({ error, observations }: ActionStep): boolean {
  return (
    error?.type === "LimitError" || observations.some((observation) => observation.toolCallId && observation.error)
  );
}

function renderEnd({ result, error }: Extract<AgentEvent, { type: "final" }>, { style }: Rendering): string {
  if (error) return style("red", `${error.name}: ${error.message}`);
  return style(["bold", "green"], `Final answer: ${describe(result?.output)}`);
}

function rule(title: string, line: string): string {
  return `${line}${line} ${title} `.padEnd(WIDTH, line);
}

function shorten(text: string): string {
  return text.length <= WIDTH ? text : `${text.slice(0, WIDTH)}…`;
}
