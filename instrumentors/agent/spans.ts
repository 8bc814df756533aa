import { OpenInferenceSpanKind } from "@arizeai/openinference-semantic-conventions";
import { context } from "@opentelemetry/api";
import type { Agent } from "../../src/agents/agent.ts";
import type { AgentRun } from "../../src/agents/agent-run.ts";
import type { RunOptions } from "../../src/agents/run-options.ts";
import type { RunResult } from "../../src/agents/run-result.ts";
import type { ExecutionOptions, ExecutionResult, Executor } from "../../src/executors/executor.ts";
import type { ActionStep, PlanningStep } from "../../src/memory/steps.ts";
import type { GenerateOptions, GenerateRequest, Model, ModelOutput } from "../../src/models/model.ts";
import type { Tool, ToolContext } from "../../src/tools/tool.ts";
import type { SendingCall } from "../shared/shown-messages.ts";
import { recordedSpanId } from "../shared/open-span.ts";
import { addSpanEvent } from "../shared/traced.ts";
import {
  agentFailureAttributes,
  agentModelTwins,
  agentName,
  agentResultAttributes,
  agentStartAttributes,
  runLimit,
} from "./attributes/agent.ts";
import {
  CODE_INTERPRETER,
  codeArguments,
  codeFailureAttributes,
  codeResultAttributes,
  codeStartAttributes,
} from "./attributes/code.ts";
import { outputWithImages } from "./attributes/images.ts";
import {
  modelFailureAttributes,
  modelOutputAttributes,
  modelRequestAttributes,
  modelStartAttributes,
} from "./attributes/model.ts";
import {
  planResultAttributes,
  planStartAttributes,
  refusedAnswer,
  stepRecovery,
  stepResultAttributes,
  stepStartAttributes,
} from "./attributes/step.ts";
import { toolStartAttributes } from "./attributes/tool.ts";
import { withLedger } from "./message-ledger.ts";
import { noteRun, runAgentTwins, type RunInProgress, withProgress } from "./run-in-progress.ts";
import type { SeamCall, SeamDescription } from "./seam.ts";
import { watchedContext, watchedOptions, watchedOr } from "./watch.ts";

type RunArgs = [task: string, options?: RunOptions];
type GenerateArgs = [request: GenerateRequest, options?: GenerateOptions];
type CallArgs = [input: unknown, context?: Partial<ToolContext>];

/** Describes a run: AGENT `{name}.run`. Its model calls share a ledger of messages. */
export function describeRun(call: SeamCall<Agent, RunArgs>): SeamDescription<RunArgs, RunResult> {
  const { self: agent, args, tracing } = call;
  const [task, options] = args;
  const progress: RunInProgress = {};
  return {
    name: `${agentName(agent)}.run`,
    kind: OpenInferenceSpanKind.AGENT,
    operation: "invoke_agent",
    start: () => ({
      ...agentStartAttributes(agent, task, options),
      ...(tracing.semconv === "openinference" ? {} : agentModelTwins(agent)),
    }),
    success: agentResultAttributes,
    failure: (error) => agentFailureAttributes(error, progress.run?.usage),
    event: runLimit,
    around: (run) => context.with(withProgress(withLedger(context.active()), progress), () => run(...args)),
  };
}

/** Describes a step: CHAIN `Step N`. */
export function describeStep({ args }: SeamCall<Agent, [AgentRun]>): SeamDescription<[AgentRun], ActionStep> {
  const [run] = args;
  noteRun(run);
  return {
    name: `Step ${run.stepNumber}`,
    kind: OpenInferenceSpanKind.CHAIN,
    operation: undefined,
    start: () => stepStartAttributes(run),
    success: stepResultAttributes,
    event: stepRecovery,
    around: async (step) => {
      const taken = await step(run);
      const refusal = refusedAnswer(taken);
      if (refusal) addSpanEvent(refusal);
      return taken;
    },
  };
}

/** Describes a planning step: CHAIN `Planning step`. */
export function describePlan({ args }: SeamCall<Agent, [AgentRun]>): SeamDescription<[AgentRun], PlanningStep> {
  const [run] = args;
  noteRun(run);
  return {
    name: "Planning step",
    kind: OpenInferenceSpanKind.CHAIN,
    operation: "plan",
    start: () => planStartAttributes(run),
    success: planResultAttributes,
  };
}

/** Describes a model call: LLM `{Class}.generate`. Retries and the first token are events of it. */
export function describeGenerate(call: SeamCall<Model, GenerateArgs>): SeamDescription<GenerateArgs, ModelOutput> {
  const { self: model, tracing } = call;
  const [request, options] = call.args;
  const caller = context.active();
  let written: SendingCall | undefined;
  const { messages, maxSpanBytes } = tracing;
  // With both conventions, each message stands there twice.
  const maxBytes = tracing.semconv === "both" ? maxSpanBytes / 2 : maxSpanBytes;
  return {
    name: `${model.constructor.name}.generate`,
    kind: OpenInferenceSpanKind.LLM,
    operation: "chat",
    start: () => modelStartAttributes(model, request),
    bulk: () => {
      written = { maxImageLength: tracing.traceConfig.base64ImageMaxLength, whole: new Map() };
      return modelRequestAttributes(request, { messages, maxBytes, call: written });
    },
    success: (output) => modelOutputAttributes(output, model.price),
    failure: modelFailureAttributes,
    around: (generate) => {
      const spanId = recordedSpanId();
      if (spanId === undefined) return generate(...call.args);
      if (written) written.spanId = spanId;
      return generate(
        request,
        watchedOr(options, () => watchedOptions(options, caller)),
      );
    },
  };
}

/** Describes a tool call: TOOL, under the name of the tool. A call that is refused is an event of it. */
export function describeCall(call: SeamCall<Tool, CallArgs>): SeamDescription<CallArgs, unknown> {
  const { self: tool, args } = call;
  const [input, toolContext] = args;
  const shown: string[] = [];
  return {
    name: tool.name,
    kind: OpenInferenceSpanKind.TOOL,
    operation: "execute_tool",
    start: () => ({
      ...toolStartAttributes(tool, input, toolContext),
      ...(call.tracing.semconv === "openinference" ? {} : runAgentTwins()),
    }),
    success: (output) => outputWithImages(output, shown),
    around: (make) =>
      toolContext && recordedSpanId()
        ? make(
            input,
            watchedOr(toolContext, () => watchedContext(toolContext, shown)),
          )
        : make(...args),
  };
}

/** Describes code that runs: TOOL `code_interpreter`. */
export function describeExecution(
  call: SeamCall<Executor, [code: string, options: ExecutionOptions]>,
): SeamDescription<[code: string, options: ExecutionOptions], ExecutionResult> {
  const [code] = call.args;
  return {
    name: CODE_INTERPRETER,
    kind: OpenInferenceSpanKind.TOOL,
    operation: "execute_tool",
    start: () => ({
      ...codeStartAttributes(code),
      ...(call.tracing.semconv === "openinference" ? {} : { ...codeArguments(code), ...runAgentTwins() }),
    }),
    success: codeResultAttributes,
    failure: codeFailureAttributes,
  };
}
