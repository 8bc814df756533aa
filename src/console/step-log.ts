import { styleText } from "node:util";
import type { AgentEvent } from "../agents/events.ts";
import { type Layout, plain, type Style } from "./layout.ts";
import { renderEvent } from "./render-event.ts";
import { isToldAtTheEnd } from "./render-step.ts";

/** Where a log goes. */
interface LogStream {
  write(text: string): unknown;
  readonly isTTY?: boolean;
  /** How wide a terminal is. */
  readonly columns?: number;
}

/** Says how much the step log tells, and where. */
export interface StepLogOptions {
  /** "error": failures and limits only; "info": what was done and observed; "debug": also what the model said and what is printed while it is. "info" if absent. */
  readonly verbosity?: "error" | "info" | "debug";
  /** stderr if absent. Colours only where it is a terminal and NO_COLOR is not set; FORCE_COLOR is not asked, so a file stays plain. */
  readonly stream?: LogStream;
}

/** Writes what happens in a run for people to watch: each step with its code or calls, what was observed, the time and tokens it took. */
export function stepLog(options: boolean | StepLogOptions = true): ((event: AgentEvent) => void) | undefined {
  if (options === false) return undefined;
  const { verbosity = "info", stream = process.stderr }: StepLogOptions = options === true ? {} : options;
  const isStyled = (stream.isTTY ?? false) && !process.env["NO_COLOR"];
  // By itself it looks at stdout, from Node 22.13 on; this log goes elsewhere. Line by line: the gutter between them has a style of its own.
  const style = (format: Style, text: string): string =>
    isStyled ? text.replaceAll(/^.+$/gm, (line) => styleText(format, line, { validateStream: false })) : text;
  return (event) => {
    if (verbosity === "error") return writeLines(stream, { text: renderFailure(event, style), gutter: "" });
    const gutter = style("dim", "│ ".repeat(event.agentPath.length));
    const width = (stream.isTTY && stream.columns ? stream.columns : Infinity) - 2 * event.agentPath.length;
    return writeLines(stream, { text: renderEvent(event, { verbosity, style, width }), gutter });
  };
}

function writeLines(stream: LogStream, { text, gutter }: { readonly text: string; readonly gutter: string }): void {
  if (text !== "") stream.write(text.replaceAll(/^/gm, gutter) + "\n");
}

/** Writes a text where the step log goes, also if the log is off. What would steer a terminal is taken out. */
export function writePlain(text: string, options: boolean | StepLogOptions = true): void {
  const { stream = process.stderr } = typeof options === "object" ? options : {};
  stream.write(`${plain(text)}\n`);
}

/** Writes an event for people who want to hear of failures and limits only; everything else as nothing. Says whose it is, where that is a managed agent. */
function renderFailure(event: AgentEvent, style: Layout["style"]): string {
  const failure = failureOf(event);
  return failure === "" ? "" : style("red", plain([...event.agentPath, failure].join(" > ")));
}

function failureOf(event: AgentEvent): string {
  if (event.type === "limit") return event.message;
  if (event.type === "final" && event.error) return `${event.error.name}: ${event.error.message}`;
  if (event.type !== "step-end" || !event.step.error || isToldAtTheEnd(event.step.error)) return "";
  return `Step ${event.step.stepNumber}: ${event.step.error.message}`;
}
