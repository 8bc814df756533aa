import { describe } from "../describe.ts";
import { AgentAbortError, AgentError, ConfigurationError, ModelError, toError, ToolNotFoundError } from "../errors.ts";
import type { Observation } from "../memory/steps.ts";
import type { Tool } from "../tools/tool.ts";
import type { AgentRun } from "./agent-run.ts";

interface ToolRequest {
  readonly toolName: string;
  readonly input: unknown;
  /** Absent for a call from code. */
  readonly callId?: string;
  /** Gets each line that the tool logs. */
  readonly onLog: (line: string) => void;
}

/**
 * Calls a tool for a run, and tells of it.
 *
 * Errors: ToolNotFoundError; else those of Tool.call.
 */
export async function callTool(run: AgentRun, request: ToolRequest): Promise<unknown> {
  const { toolName, input, callId } = request;
  const named = { toolName, ...(callId === undefined ? {} : { callId }) };
  run.emit({ type: "tool-start", ...named, input });
  const startedAt = performance.now();
  const end = (outcome: { output: unknown } | { error: { type: string; message: string } }): void =>
    run.emit({ type: "tool-end", ...named, ...outcome, durationMs: performance.now() - startedAt });
  try {
    const output = await findTool(run, toolName).call(input, {
      callId,
      signal: run.signal,
      context: run.context,
      agent: run.agent,
      log: (...values) => {
        const line = values.map(describe).join(" ");
        request.onLog(line);
        run.emit({ type: "log", line });
      },
    });
    end({ output });
    return output;
  } catch (error) {
    const { name: type, message } = toError(error);
    end({ error: { type, message } });
    throw error;
  }
}

/** Calls a tool, and makes an observation of what came of it, also when it failed. Rejects only with what the model cannot mend. */
export async function observeTool(
  run: AgentRun,
  request: Omit<Required<ToolRequest>, "onLog">,
): Promise<{
  readonly observation: Observation;
  readonly output?: unknown;
}> {
  const logs: string[] = [];
  const named = { toolCallId: request.callId, toolName: request.toolName };
  try {
    const output = await callTool(run, { ...request, onLog: (line) => logs.push(line) });
    return { observation: { ...named, text: [...logs, describe(output).trim()].join("\n") }, output };
  } catch (error) {
    if (!isMendable(error)) throw error;
    return { observation: { ...named, text: logs.join("\n"), error: error.toJSON() } };
  }
}

/** Tells a failure that goes back to the model from one that ends the run. */
export function isMendable(error: unknown): error is AgentError {
  if (!(error instanceof AgentError)) return false;
  return !(error instanceof AgentAbortError || error instanceof ConfigurationError || error instanceof ModelError);
}

function findTool(run: AgentRun, toolName: string): Tool {
  const tool = run.tools.get(toolName);
  if (!tool) throw new ToolNotFoundError(toolName, [...run.tools.keys()]);
  return tool;
}
