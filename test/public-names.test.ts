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
        "CodeAgent",
        "CodeExecutionError",
        "ConfigurationError",
        "Executor",
        "FinalAnswerCheckError",
        "LimitError",
        "Model",
        "ModelError",
        "OpenAIModel",
        "ParsingError",
        "SandboxExecutor",
        "Tool",
        "ToolCallingAgent",
        "ToolExecutionError",
        "ToolInputError",
        "ToolNotFoundError",
        "finalAnswer",
        "tool",
        "visitWebpage",
        "webSearch",
      ],
      "vitrine/collector": [
        "register",
      ],
      "vitrine/instrumentors": [
        "AgentInstrumentor",
        "instrument",
      ],
      "vitrine/testing": [
        "ScriptedModel",
        "spanTree",
      ],
    }
  `);
});
