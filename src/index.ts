export type { ActionDraft } from "./agents/action-draft.ts";
export { Agent } from "./agents/agent.ts";
export type { AgentOptions, RunOptions } from "./agents/agent-options.ts";
export type { AgentRun } from "./agents/agent-run.ts";
export { CodeAgent, type CodeAgentOptions } from "./agents/code-agent.ts";
export type { AgentEvent } from "./agents/events.ts";
export type { FinalAnswerCheck } from "./agents/final-answer-checks.ts";
export type { ManagedAgentLike } from "./agents/managed-agent.ts";
export type { RunResult, StopReason } from "./agents/run-result.ts";
export type { AgentStream } from "./agents/stream.ts";
export { ToolCallingAgent } from "./agents/tool-calling-agent.ts";
export type { StepLogOptions } from "./console/step-log.ts";
export {
  AgentAbortError,
  AgentError,
  CodeExecutionError,
  ConfigurationError,
  FinalAnswerCheckError,
  LimitError,
  ModelError,
  ParsingError,
  ToolExecutionError,
  ToolInputError,
  ToolNotFoundError,
} from "./errors.ts";
export { Executor, type ExecutionOptions, type ExecutionResult, type HostFunction } from "./executors/executor.ts";
export { SandboxExecutor, type SandboxLimits } from "./executors/sandbox-executor.ts";
export type { AgentMemory } from "./memory/memory.ts";
export type {
  ActionStep,
  Observation,
  PlanningStep,
  Step,
  StepError,
  SystemPromptStep,
  TaskStep,
  Timing,
} from "./memory/steps.ts";
export type {
  AssistantMessage,
  Content,
  ContentPart,
  ImagePart,
  JsonSchema,
  Message,
  SystemMessage,
  ToolCall,
  ToolMessage,
  ToolSpec,
  UserMessage,
} from "./models/message.ts";
export {
  Model,
  type GenerateOptions,
  type GenerateRequest,
  type ModelDelta,
  type ModelOutput,
  type ModelParameters,
  type ResponseFormat,
  type ToolChoice,
} from "./models/model.ts";
export { OpenAIModel, type OpenAIClient, type OpenAIModelOptions } from "./models/openai-model.ts";
export type { RunUsage, Usage } from "./models/usage.ts";
export { finalAnswer } from "./tools/final-answer.ts";
export type { InferOutput, Schema, StandardSchema } from "./tools/schema.ts";
export { tool, Tool, type CallingAgent, type ToolContext, type ToolOptions } from "./tools/tool.ts";
export { visitWebpage, type VisitWebpageOptions } from "./tools/visit-webpage.ts";
export { webSearch, type WebSearchOptions } from "./tools/web-search.ts";
