import type { ServerResponse } from "node:http";
import { SpanStatusCode } from "@opentelemetry/api";
import { CodeAgent, OpenAIModel, tool, ToolCallingAgent } from "vitrine";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { z } from "zod";
import { startServer } from "../support/http-server.ts";
import { answers, calls, writes } from "../support/replies.ts";
import { caller, coder } from "../support/scripted-agents.ts";

const noInput = z.object({});
const never = async (): Promise<never> => new Promise<never>(() => {});
const hanging: ScriptedReply = never;

function doing(execute: () => unknown, timeoutMs?: number) {
  const limit = timeoutMs === undefined ? {} : { timeoutMs };
  return tool({ name: "work", description: "Works.", inputSchema: noInput, ...limit, execute });
}

type Options = Partial<ConstructorParameters<typeof ToolCallingAgent>[0]>;

function worker(execute: () => unknown, options: Options & { readonly timeoutMs?: number } = {}): ToolCallingAgent {
  const { timeoutMs, ...others } = options;
  const model = new ScriptedModel([calls(["work", {}]), answers("done")]);
  return new ToolCallingAgent({ model, tools: [doing(execute, timeoutMs)], console: false, ...others });
}

function throwing(thrown: unknown): () => never {
  return () => {
    throw thrown;
  };
}

/** Aborts a run when it is where `at` says, and gives what it was told. */
async function aborted(makeAgent: (abort: () => void) => ToolCallingAgent | CodeAgent): Promise<unknown> {
  const controller = new AbortController();
  return makeAgent(() => setImmediate(() => controller.abort())).run("Go", { signal: controller.signal });
}

async function stallAfterOneChunk(response: ServerResponse): Promise<void> {
  response.writeHead(200, { "content-type": "text/event-stream" });
  response.write(`data: ${JSON.stringify({ choices: [{ index: 0, delta: { content: "Half" } }] })}\n\n`, () =>
    response.destroy(),
  );
}

const steps = [calls(["search", { query: "a" }]), calls(["search", { query: "b" }]), answers("done")];
const OK = SpanStatusCode.OK;
const ERROR = SpanStatusCode.ERROR;

/** Every way in which a run can end: the status of its span, why it stopped, and the run. */
export const WAYS: Readonly<
  Record<string, readonly [status: SpanStatusCode, stopReason: string, play: () => Promise<unknown>]>
> = {
  "a return": [OK, "final-answer", async () => worker(() => "fine").run("Go")],
  "a throw in a tool": [OK, "final-answer", async () => worker(throwing(new Error("no"))).run("Go")],
  "a rejection in a tool": [
    OK,
    "final-answer",
    async () => worker(async () => Promise.reject(new Error("no"))).run("Go"),
  ],
  "a text that a tool throws": [OK, "final-answer", async () => worker(throwing("no")).run("Go")],
  "undefined that a tool throws": [OK, "final-answer", async () => worker(throwing(undefined)).run("Go")],
  "a null that a model throws": [ERROR, "failed", async () => caller([async () => Promise.reject(null)]).run("Go")],
  "a model that fails": [ERROR, "failed", async () => caller([new Error("502")]).run("Go")],
  "a model that fails as it plans": [
    ERROR,
    "failed",
    async () => worker(() => 1, { model: new ScriptedModel([new Error("502")]), planningInterval: 1 }).run("Go"),
  ],
  "a callback that throws": [
    ERROR,
    "failed",
    async () => worker(() => 1, { stepCallbacks: [throwing(new Error("mine"))] }).run("Go"),
  ],
  "a listener that throws": [
    ERROR,
    "failed",
    async () => caller(steps).run("Go", { onEvent: throwing(new Error("mine")) }),
  ],
  "a misuse": [ERROR, "failed", async () => caller(steps).run("Go", { maxSteps: -1 })],
  "an abort before it begins": [ERROR, "aborted", async () => caller(steps).run("Go", { signal: AbortSignal.abort() })],
  "an abort in a model call": [
    ERROR,
    "aborted",
    async () =>
      aborted((abort) =>
        caller([
          async () => {
            abort();
            return never();
          },
        ]),
      ),
  ],
  "an abort in a tool": [
    ERROR,
    "aborted",
    async () =>
      aborted((abort) =>
        worker(
          async () => {
            abort();
            return never();
          },
          { timeoutMs: 100_000 },
        ),
      ),
  ],
  "an abort in code": [
    ERROR,
    "aborted",
    async () =>
      aborted(
        (abort) =>
          new CodeAgent({
            model: new ScriptedModel([writes("await work({}); while (true) {}")]),
            tools: [doing(abort)],
            console: false,
          }),
      ),
  ],
  "an abort where an approval is waited for": [
    ERROR,
    "aborted",
    async () =>
      aborted((abort) => {
        const approve = async (): Promise<never> => {
          abort();
          return never();
        };
        return worker(() => 1, {
          tools: [
            Object.assign(
              doing(() => 1),
              { needsApproval: () => true },
            ),
          ],
          approve,
        });
      }),
  ],
  "a tool that takes too long": [OK, "final-answer", async () => worker(never, { timeoutMs: 5 }).run("Go")],
  "code that takes too long": [
    OK,
    "final-answer",
    async () =>
      new CodeAgent({
        model: new ScriptedModel([writes("while (true) {}"), writes("finalAnswer(1)")]),
        executor: { cpuMs: 50 },
        console: false,
      }).run("Go"),
  ],
  "a run that takes too long": [
    OK,
    "duration",
    async () =>
      worker(() => 1, {
        model: new ScriptedModel([hanging, "It takes too long."]),
        limits: { durationMs: 20 },
      }).run("Go"),
  ],
  "a run that takes too long, and says so": [
    ERROR,
    "duration",
    async () =>
      worker(() => 1, { model: new ScriptedModel([hanging]), limits: { durationMs: 20 }, onLimit: "throw" }).run("Go"),
  ],
  "too many steps": [OK, "max-steps", async () => worker(() => 1, { maxSteps: 1 }).run("Go")],
  "too many tool calls": [OK, "tool-calls", async () => worker(() => 1, { limits: { toolCalls: 0 } }).run("Go")],
  "the same call too often": [
    OK,
    "repeated-calls",
    async () => worker(() => 1, { limits: { repeatedCalls: 0 } }).run("Go"),
  ],
  "a limit that is an error": [
    ERROR,
    "max-steps",
    async () => worker(() => 1, { maxSteps: 1, onLimit: "throw" }).run("Go"),
  ],
  "a break": [
    ERROR,
    "aborted",
    async () => {
      for await (const { type } of caller([...steps.slice(0, 1), hanging]).stream("Go")) if (type === "step-end") break;
    },
  ],
  "a throw in the loop that reads": [
    ERROR,
    "aborted",
    async () => {
      for await (const { type } of caller([hanging]).stream("Go")) if (type === "step-start") throw new Error("mine");
    },
  ],
  "a return() of the iterator": [
    ERROR,
    "aborted",
    async () => {
      const iterator = caller([hanging]).stream("Go")[Symbol.asyncIterator]();
      await iterator.next();
      await Promise.all([iterator.return?.(), iterator.return?.()]);
    },
  ],
  "a stream of the model that breaks off": [
    ERROR,
    "failed",
    async () => {
      const baseURL = `${await startServer(stallAfterOneChunk)}/v1`;
      const model = new OpenAIModel({ modelId: "m", apiKey: "none", baseURL, maxRetries: 0 });
      await new ToolCallingAgent({ model, console: false }).stream("Go").result;
    },
  ],
  "a stream that nobody reads": [OK, "final-answer", async () => caller(steps).stream("Go").result],
  "an interrupt": [
    OK,
    "interrupted",
    async () => {
      const agent: ToolCallingAgent = worker(() => agent.interrupt());
      await agent.run("Go");
    },
  ],
  "an interrupt in a managed agent": [
    OK,
    "interrupted",
    async () => {
      const model = new ScriptedModel([calls(["stop", {}]), answers(1)]);
      const stop = tool({
        name: "stop",
        description: "Stops all.",
        inputSchema: noInput,
        execute: () => manager.interrupt(),
      });
      const searcher = new ToolCallingAgent({
        model,
        tools: [stop],
        name: "helper",
        description: "Helps.",
        console: false,
      });
      const manager: CodeAgent = coder(
        [writes(`await helper({ task: "Help." })`), writes("finalAnswer(1)")],
        [searcher],
      );
      await manager.run("Go");
    },
  ],
};
