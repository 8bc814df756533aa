export type { ActionDraft } from "./agents/action-draft.ts";
export { Agent } from "./agents/agent.ts";
export type { AgentOptions } from "./agents/agent-options.ts";
export type { AgentRun } from "./agents/agent-run.ts";
export { CodeAgent, type CodeAgentOptions } from "./agents/code-agent.ts";
export type { AgentEvent } from "./agents/events.ts";
export type { RunLimits } from "./agents/limits.ts";
export type { ManagedAgentLike, ManagedAgentOptions } from "./agents/managed-agent.ts";
export type { RunOptions } from "./agents/run-options.ts";
export type { RunResult, StopReason } from "./agents/run-result.ts";
export type {
  ApprovalRequest,
  Approve,
  FinalAnswerCheck,
  RunSettings,
  RunView,
  StepCallback,
  StepCallbacks,
} from "./agents/run-settings.ts";
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
export {
  keepRecentSteps,
  type KeepRecentStepsOptions,
  type MemoryContext,
  type MemoryToMessages,
} from "./memory/keep-recent-steps.ts";
export { AgentMemory } from "./memory/memory.ts";
export { toMessages, type ToMessagesOptions } from "./memory/to-messages.ts";
export type { SavedMemory } from "./memory/saved-memory.ts";
export type {
  ActionStep,
  NamedImage,
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
  type ModelRetry,
  type ResponseFormat,
  type ToolChoice,
} from "./models/model.ts";
export type { ApiKey } from "./models/api-key.ts";
export { AzureOpenAIModel, type AzureOpenAIModelOptions } from "./models/azure-openai-model.ts";
export { HfApiModel, InferenceClientModel, type InferenceClientModelOptions } from "./models/inference-client-model.ts";
export {
  OpenAIModel,
  type ChatModelOptions,
  type ClientSettings,
  type OpenAIClient,
  type OpenAIModelOptions,
} from "./models/openai-model.ts";
export type { RoleNames } from "./models/openai-wire.ts";
export type { Price, RunUsage, Usage } from "./models/usage.ts";
export { CODE_SYSTEM_PROMPT, type SystemPromptValues } from "./prompts/code-system-prompt.ts";
export type { PlanningValues } from "./prompts/planning.ts";
export type { Prompts, PromptSet } from "./prompts/prompt-set.ts";
export { STRUCTURED_CODE_SYSTEM_PROMPT } from "./prompts/structured-code-system-prompt.ts";
export type { DeclaredTool } from "./prompts/tool-declarations.ts";
export { TOOL_CALLING_SYSTEM_PROMPT } from "./prompts/tool-calling-system-prompt.ts";
export { codeInterpreter, type CodeInterpreterOptions } from "./tools/code-interpreter.ts";
export { finalAnswer } from "./tools/final-answer.ts";
export { loadTool, type LoadToolOptions } from "./tools/hub.ts";
export { mcpTools, type McpOptions, type McpSettings, type McpTools } from "./tools/mcp.ts";
export type { InferOutput, Schema, StandardSchema } from "./tools/schema.ts";
export { tool, Tool, type CallingAgent, type ToolContext, type ToolOptions } from "./tools/tool.ts";
export { userInput, type UserInputOptions } from "./tools/user-input.ts";
export { visitWebpage, type VisitWebpageOptions } from "./tools/visit-webpage.ts";
export { webSearch, type WebSearchOptions } from "./tools/web-search.ts";
export { wikipediaSearch, type WikipediaSearchOptions } from "./tools/wikipedia-search.ts";
