import { describe, expect, it } from "vitest";
import { toJson } from "../../src/describe.ts";
import { AgentAbortError, AgentError, ToolExecutionError, ToolInputError } from "../../src/errors.ts";
import { Tool } from "../../src/tools/tool.ts";
import { toolSpec } from "../../src/tools/tool-spec.ts";

type Input = Readonly<Record<string, unknown>>;

interface ToolContract {
  /** Fits the tool, which gives the same for it each time. A function where it is known only when the tool has been made. */
  readonly input: Input | (() => Input);
  /** Does not fit, by what its keys hold or by one that lacks. */
  readonly badInput: Input;
}

/** Asserts what every tool must hold. `create` is called within each test, and gives a tool that can be called a few times. */
export function describeTool(
  name: string,
  create: () => Tool | Promise<Tool>,
  { input, badInput }: ToolContract,
): void {
  const goodInput = (): Input => (typeof input === "function" ? input() : input);
  describe(`${name} as a Tool`, () => {
    it("has a name that code can call, a description, and a schema of an object that is plain JSON", async () => {
      const tool = await create();
      expect(tool).toBeInstanceOf(Tool);
      const spec = toolSpec(tool);
      expect(spec).toMatchObject({
        name: expect.stringMatching(/^[A-Za-z_$][\w$]*$/),
        description: expect.stringMatching(/\S/),
      });
      expect(spec.inputSchema).toMatchObject({ type: "object" });
      expect(spec.inputSchema).not.toHaveProperty("$schema");
      expect(JSON.parse(JSON.stringify(spec))).toEqual(spec);
    });

    it("gives what can be written as JSON", async () => {
      const tool = await create();
      const output = await tool.call(goodInput());
      expect(toJson(output)).toEqual(expect.any(String));
    });

    it("refuses bad input before it executes, and names the path of each fault", async () => {
      const { tool, executions } = await watched(create);
      const failure = await failureOf(tool.call(badInput));
      expect(failure).toBeInstanceOf(ToolInputError);
      expect(failure).toMatchObject({ toolName: tool.name, input: badInput });
      const issues = failure instanceof ToolInputError ? failure.issues : [];
      const keys = issues.map((issue) => /^(\w+)(?:\.\w+)*: ./.exec(issue)?.[1]);
      expect(keys.length).toBeGreaterThan(0);
      expect(Object.keys({ ...goodInput(), ...badInput })).toEqual(expect.arrayContaining(keys));
      expect(executions()).toBe(0);
    });

    it("names an argument that is unknown", async () => {
      const { tool, executions } = await watched(create);
      const failure = await failureOf(tool.call({ ...goodInput(), no_such_argument: 1 }));
      expect(failure).toMatchObject({ issues: ["no_such_argument: there is no such argument"] });
      expect(executions()).toBe(0);
    });

    it("runs nothing once its run is aborted", async () => {
      const { tool, executions } = await watched(create);
      const failure = await failureOf(tool.call(goodInput(), { signal: AbortSignal.abort("enough") }));
      expect(failure).toBeInstanceOf(AgentAbortError);
      expect(failure).toMatchObject({ cause: "enough" });
      expect(executions()).toBe(0);
    });

    it("runs nothing when beforeExecute refuses, and passes the refusal on", async () => {
      const { tool, executions } = await watched(create);
      const refusal = new AgentError("refused");
      const failure = await failureOf(tool.call(goodInput(), { beforeExecute: async () => Promise.reject(refusal) }));
      expect(failure).toBe(refusal);
      expect(executions()).toBe(0);
    });

    it("makes its own failure of what else beforeExecute throws", async () => {
      const { tool, executions } = await watched(create);
      const cause = new RangeError("broken");
      const failure = await failureOf(tool.call(goodInput(), { beforeExecute: async () => Promise.reject(cause) }));
      expect(failure).toBeInstanceOf(ToolExecutionError);
      expect(failure).toMatchObject({ toolName: tool.name, cause });
      expect(executions()).toBe(0);
    });

    it("executes once a call, with two calls at once that do not disturb one another", async () => {
      const { tool, executions } = await watched(create);
      const [one, two] = await Promise.all([tool.call(goodInput()), tool.call(goodInput())]);
      expect(one).toEqual(two);
      expect(executions()).toBe(2);
    });
  });
}

/** Counts how often the tool executes; the hook is all that it needs to know of it. */
async function watched(
  create: () => Tool | Promise<Tool>,
): Promise<{ readonly tool: Tool; readonly executions: () => number }> {
  const tool = await create();
  const execute: unknown = Reflect.get(tool, "execute");
  if (typeof execute !== "function") throw new Error("The tool has no execute.");
  let count = 0;
  const counted = async (...given: readonly unknown[]): Promise<unknown> => {
    count += 1;
    const output: unknown = Reflect.apply(execute, tool, given);
    return output;
  };
  Object.defineProperty(tool, "execute", { value: counted });
  return { tool, executions: () => count };
}

async function failureOf(call: Promise<unknown>): Promise<unknown> {
  return call.then(
    () => "no failure",
    (error: unknown) => error,
  );
}
