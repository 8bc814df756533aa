import * as vitrine from "vitrine";
import * as collector from "vitrine/collector";
import * as instrumentors from "vitrine/instrumentors";
import * as testing from "vitrine/testing";
import { expect, it } from "vitest";

it("has just these names behind its four doors", () => {
  expect({
    vitrine: Object.keys(vitrine).toSorted(),
    "vitrine/collector": Object.keys(collector),
    "vitrine/instrumentors": Object.keys(instrumentors),
    "vitrine/testing": Object.keys(testing).toSorted(),
  }).toMatchInlineSnapshot(`
    {
      "vitrine": [
        "Agent",
        "AgentAbortError",
        "AgentError",
        "AgentMemory",
        "AzureOpenAIModel",
        "CODE_SYSTEM_PROMPT",
        "CodeAgent",
        "CodeExecutionError",
        "ConfigurationError",
        "Executor",
        "FinalAnswerCheckError",
        "HfApiModel",
        "InferenceClientModel",
        "LimitError",
        "Model",
        "ModelError",
        "OpenAIModel",
        "ParsingError",
        "STRUCTURED_CODE_SYSTEM_PROMPT",
        "SandboxExecutor",
        "TOOL_CALLING_SYSTEM_PROMPT",
        "Tool",
        "ToolCallingAgent",
        "ToolExecutionError",
        "ToolInputError",
        "ToolNotFoundError",
        "codeInterpreter",
        "finalAnswer",
        "keepRecentSteps",
        "loadTool",
        "mcpTools",
        "toMessages",
        "tool",
        "userInput",
        "visitWebpage",
        "webSearch",
        "wikipediaSearch",
      ],
      "vitrine/collector": [
        "register",
        "SpoolSpanProcessor",
      ],
      "vitrine/instrumentors": [
        "AgentInstrumentor",
        "instrumentOpenAI",
        "instrument",
      ],
      "vitrine/testing": [
        "RecordedModel",
        "ScriptedModel",
        "spanTree",
      ],
    }
  `);
});
