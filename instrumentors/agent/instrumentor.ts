import { OpenInferenceSpanKind } from "@arizeai/openinference-semantic-conventions";
import { context, trace, type TracerProvider } from "@opentelemetry/api";
import { Agent } from "../../src/agents/agent.ts";
import { Executor } from "../../src/executors/executor.ts";
import { Model } from "../../src/models/model.ts";
import { Tool } from "../../src/tools/tool.ts";
import { isTracingSuppressed } from "../shared/context-attributes.ts";
import { type SpanDescription, traced } from "../shared/traced.ts";
import { agentName, agentResultAttributes, agentStartAttributes } from "./attributes/agent.ts";
import {
  CODE_INTERPRETER,
  codeFailureAttributes,
  codeResultAttributes,
  codeStartAttributes,
} from "./attributes/code.ts";
import { modelOutputAttributes, modelRequestAttributes, modelStartAttributes } from "./attributes/model.ts";
import {
  planResultAttributes,
  planStartAttributes,
  stepRecovery,
  stepResultAttributes,
  stepStartAttributes,
} from "./attributes/step.ts";
import { outputAttributes } from "./attributes/text.ts";
import { toolStartAttributes } from "./attributes/tool.ts";

interface InstrumentOptions {
  /** Where spans go. The global provider, looked up at each call, if absent. */
  readonly tracerProvider?: TracerProvider | undefined;
}

/** Who traces now; the patches ask at each call. There is one set of classes to patch, so there is one answer. */
let current: { readonly owner: AgentInstrumentor; readonly tracerProvider: TracerProvider | undefined } | undefined;
let isPatched = false;

/**
 * Traces every run: agents, steps, plans, model calls, tool calls, code, as OpenInference spans.
 *
 * The prototypes are patched once, and never restored: switched off, a patch calls the original.
 */
export class AgentInstrumentor {
  #tracerProvider: TracerProvider | undefined;

  /** Starts tracing, to the provider given. Called again, it re-targets; it never doubles a span. */
  instrument({ tracerProvider }: InstrumentOptions = {}): void {
    this.#tracerProvider = tracerProvider;
    this.enable();
  }

  /** Stops tracing, and forgets the provider. Spans that have started still end. */
  uninstrument(): void {
    this.disable();
    this.#tracerProvider = undefined;
  }

  /** Goes on tracing, to the provider that was last given. */
  enable(): void {
    if (!isPatched) patchSeams();
    isPatched = true;
    current = { owner: this, tracerProvider: this.#tracerProvider };
  }

  /** Stops tracing, if it is this instrumentor that traces. */
  disable(): void {
    if (this.isEnabled()) current = undefined;
  }

  isEnabled(): boolean {
    return current?.owner === this;
  }
}

/** Patches the six seams of design.md, each on the prototype of the class that owns it. */
function patchSeams(): void {
  Agent.prototype.run = seam(Agent.prototype.run, (agent: Agent, [task, options]) => ({
    name: `${agentName(agent)}.run`,
    kind: OpenInferenceSpanKind.AGENT,
    start: () => agentStartAttributes(agent, task, options),
    success: agentResultAttributes,
  }));
  Agent.prototype.step = seam(Agent.prototype.step, (_agent: Agent, [run]) => ({
    name: `Step ${run.stepNumber}`,
    kind: OpenInferenceSpanKind.CHAIN,
    start: () => stepStartAttributes(run),
    success: stepResultAttributes,
    event: stepRecovery,
  }));
  Agent.prototype.plan = seam(Agent.prototype.plan, (_agent: Agent, [run]) => ({
    name: "Planning step",
    kind: OpenInferenceSpanKind.CHAIN,
    start: () => planStartAttributes(run),
    success: planResultAttributes,
  }));
  Model.prototype.generate = seam(Model.prototype.generate, (model: Model, [request]) => ({
    name: `${model.constructor.name}.generate`,
    kind: OpenInferenceSpanKind.LLM,
    start: () => modelStartAttributes(model, request),
    bulk: () => modelRequestAttributes(request),
    success: modelOutputAttributes,
  }));
  Tool.prototype.call = seam(Tool.prototype.call, (tool: Tool, [input, toolContext]) => ({
    name: tool.name,
    kind: OpenInferenceSpanKind.TOOL,
    start: () => toolStartAttributes(tool, input, toolContext),
    success: outputAttributes,
  }));
  Executor.prototype.run = seam(Executor.prototype.run, (_executor: Executor, [code]) => ({
    name: CODE_INTERPRETER,
    kind: OpenInferenceSpanKind.TOOL,
    start: () => codeStartAttributes(code),
    success: codeResultAttributes,
    failure: codeFailureAttributes,
  }));
}

type Seam<This, Args extends unknown[], Result> = (this: This, ...args: Args) => Promise<Result>;

function seam<This, Args extends unknown[], Result>(
  original: Seam<This, Args, Result>,
  describe: (self: This, args: Args) => SpanDescription<Result>,
): Seam<This, Args, Result> {
  return async function (this: This, ...args: Args): Promise<Result> {
    if (!current || isTracingSuppressed(context.active())) return original.apply(this, args);
    const provider = current.tracerProvider ?? trace.getTracerProvider();
    return traced(
      provider,
      () => describe(this, args),
      async () => original.apply(this, args),
    );
  };
}
