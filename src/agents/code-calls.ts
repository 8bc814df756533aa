import type { HostFunction } from "../executors/executor.ts";
import type { NamedImage } from "../memory/steps.ts";
import type { AgentRun } from "./agent-run.ts";
import { callTool, isMendable, keptAs } from "./tool-execution.ts";

/** Offers a run's tools as functions to code, and keeps what was printed by both, in order. A failure that no code may catch, as an abort, is kept for the step to end with. */
export class CodeCalls {
  readonly tools: Readonly<Record<string, HostFunction>>;
  readonly logs: string[] = [];
  readonly images: NamedImage[] = [];
  fatal: { readonly thrown: unknown } | undefined;

  constructor(run: AgentRun) {
    this.tools = Object.fromEntries(
      [...run.tools.keys()].map((toolName) => [toolName, async (input) => this.#call(run, { toolName, input })]),
    );
  }

  async #call(run: AgentRun, call: { readonly toolName: string; readonly input: unknown }): Promise<unknown> {
    try {
      return await callTool(run, {
        ...call,
        onLog: (line) => this.logs.push(line),
        onImage: (image) => {
          this.images.push(image);
          this.logs.push(`${call.toolName}: ${keptAs(image)}`);
        },
      });
    } catch (thrown) {
      if (!isMendable(thrown)) this.fatal ??= { thrown };
      throw thrown;
    }
  }
}
