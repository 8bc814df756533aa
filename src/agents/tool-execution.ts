import { describe } from "../describe.ts";
import { AgentAbortError, AgentError, ConfigurationError, ModelError, toError, ToolNotFoundError } from "../errors.ts";
import type { NamedImage, Observation, StepError } from "../memory/steps.ts";
import type { Tool } from "../tools/tool.ts";
import { FINAL_ANSWER } from "../tools/final-answer.ts";
import type { AgentRun } from "./agent-run.ts";
import { isReference, keepImages, restoreImages } from "./images.ts";
import { admitCall } from "./tool-gate.ts";

type Outcome = { readonly output: unknown } | { readonly error: StepError };

interface ToolRequest {
  readonly toolName: string;
  readonly input: unknown;
  /** Absent for a call from code. */
  readonly callId?: string;
  /** Gets each line that the tool logs. */
  readonly onLog: (line: string) => void;
  /** Gets each image that the tool gives; its result has a reference in the place of it. */
  readonly onImage: (image: NamedImage) => void;
}

/**
 * Calls a tool for a run, and tells of it. References to images in the input are replaced by the images, images in the output by references.
 *
 * Errors: LimitError, ToolNotFoundError, what refuses a call; else those of Tool.call.
 */
export async function callTool(run: AgentRun, request: ToolRequest): Promise<unknown> {
  const { toolName, input, callId } = request;
  const end = tellOfCall(run, request);
  const isFinalAnswer = toolName === FINAL_ANSWER;
  try {
    if (!isFinalAnswer) run.countCall(toolName, input);
    const tool = findTool(run, toolName);
    const output = await tool.call(restoreImages(input, run.state), {
      beforeExecute: async (checked) => admitCall(run, { tool, input: checked, callId }),
      callId,
      context: run.context,
      agent: run.agent,
      log: (...values) => {
        const line = values.map((value) => describe(keepImages(value, run.state).value)).join(" ");
        request.onLog(line);
        run.emit({ type: "log", line });
      },
      showImage: (image) => {
        const kept = keepImages(image, run.state).images;
        kept.forEach(request.onImage);
        return kept.map(({ name }) => name).join();
      },
      ...(run.signal ? { signal: run.signal } : {}),
    });
    if (isFinalAnswer) {
      end({ output: keepImages(output, run.state).value });
      return output;
    }
    const kept = keepImages(output, run.state);
    kept.images.forEach(request.onImage);
    end({ output: kept.value });
    return kept.value;
  } catch (error) {
    const { name: type, message } = toError(error);
    end({ error: { type, message } });
    throw error;
  }
}

/** Tells that a call begins; what it gives tells of its end. */
function tellOfCall(run: AgentRun, { toolName, input, callId }: ToolRequest): (outcome: Outcome) => void {
  if (!run.isHeard) return () => {};
  const named = { toolName, ...(callId === undefined ? {} : { callId }) };
  run.emit({ type: "tool-start", ...named, input: keepImages(input, run.state).value });
  const startedAt = performance.now();
  return (outcome) => run.emit({ type: "tool-end", ...named, ...outcome, durationMs: performance.now() - startedAt });
}

/** Calls a tool, and makes an observation of what came of it, also when it failed. Rejects only with what the model cannot mend. */
export async function observeTool(
  run: AgentRun,
  request: Omit<Required<ToolRequest>, "onLog" | "onImage">,
): Promise<{
  readonly observation: Observation;
  readonly images: readonly NamedImage[];
  readonly output?: unknown;
}> {
  const logs: string[] = [];
  const images: NamedImage[] = [];
  const { toolName, callId: toolCallId, input } = request;
  try {
    const output = await callTool(run, {
      toolName,
      callId: toolCallId,
      input,
      onLog: (line) => logs.push(line),
      onImage: (image) => images.push(image),
    });
    // A final answer is the image itself, which the model need not read.
    const seen = keepImages(output, run.state).value;
    const said = isReference(seen) && images.length > 0 ? [] : [describe(seen).trim()];
    const text = [...logs, ...said, ...images.map(keptAs)].join("\n");
    return { observation: { toolCallId, toolName, text }, images, output };
  } catch (error) {
    if (!isMendable(error)) throw error;
    return { observation: { toolCallId, toolName, text: logs.join("\n"), error: error.toJSON() }, images };
  }
}

/** Tells the model by which name it finds an image again. */
export function keptAs({ name }: NamedImage): string {
  return `The image is kept as ${name}: pass it on by this name.`;
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
