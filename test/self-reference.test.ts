import { expect, it } from "vitest";
import { AgentError } from "vitrine";
import { AgentError as AgentErrorOfSource } from "../src/errors.ts";

it("resolves the package's own name to its source, so that every class exists once", () => {
  expect(AgentError).toBe(AgentErrorOfSource);
});
