import { untilAborted } from "../abort.ts";
import { ConfigurationError, ToolExecutionError } from "../errors.ts";
import type { Tool } from "../tools/tool.ts";
import type { AgentRun } from "./agent-run.ts";
import { counted } from "./limits.ts";
import type { Approve } from "./run-settings.ts";

interface GatedCall {
  readonly tool: Tool;
  readonly input: unknown;
  readonly callId: string | undefined;
}

/**
 * Lets a call through, or refuses it: one more than the tool's `maxCalls`, or one that nobody approved. Nothing has run when it refuses.
 *
 * Errors: ToolExecutionError, for the model to read; ConfigurationError if an approval is needed and there is nobody to ask, or if `needsApproval` or `approve` throws.
 */
export async function admitCall(run: AgentRun, call: GatedCall): Promise<void> {
  const { tool, input } = call;
  const { maxCalls = Infinity, name } = tool;
  const count = run.calls.get(name) ?? 0;
  if (count >= maxCalls) {
    const why =
      maxCalls === 0 ? "it may not be called" : `it may be called ${counted(maxCalls, "time")} in a run, and was`;
    throw new ToolExecutionError(`"${name}" was not run: ${why}. Go on with what you have.`, {
      toolName: name,
      input,
      refusedBy: "maxCalls",
    });
  }
  // Counted before anyone is asked: calls at once must not all pass.
  run.calls.set(name, count + 1);
  try {
    const needed = async (): Promise<boolean> => tool.needsApproval(input);
    if (await needed().catch(blame(`needsApproval of "${name}"`))) await askApproval(run, call);
  } catch (refusal) {
    run.calls.set(name, (run.calls.get(name) ?? 1) - 1);
    throw refusal;
  }
}

async function askApproval(run: AgentRun, { tool, input, callId }: GatedCall): Promise<void> {
  const approve = approverOf(run);
  if (!approve) {
    throw new ConfigurationError(
      `"${tool.name}" needs an approval, and there is nobody to ask: give the agent, or the agent that manages it, an \`approve\`.`,
    );
  }
  const asked = async (): Promise<Awaited<ReturnType<Approve>>> => approve({ tool, input, callId, agent: run.agent });
  const verdict = await untilAborted(asked().catch(blame("`approve`")), run.signal);
  const reason = typeof verdict === "object" ? verdict.reason : undefined;
  run.emit({
    type: "approval",
    toolName: tool.name,
    ...(callId === undefined ? {} : { callId }),
    input,
    isApproved: verdict === true,
    ...(reason === undefined ? {} : { reason }),
  });
  if (verdict === true) return;
  throw new ToolExecutionError(
    `"${tool.name}" was not run: the call was not approved${reason === undefined ? "" : `: ${reason}`}. Do not ask for the same again; find another way, or answer with what you have.`,
    { toolName: tool.name, input, refusedBy: "approval" },
  );
}

function approverOf(run: AgentRun): Approve | undefined {
  return run.settings.approve ?? (run.parent && approverOf(run.parent));
}

function blame(culprit: string): (cause: unknown) => never {
  return (cause) => {
    throw new ConfigurationError(`${culprit} threw: ${String(cause)}`, { cause });
  };
}
