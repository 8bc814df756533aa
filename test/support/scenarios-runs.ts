import { keepRecentSteps, ModelError, tool } from "vitrine";
import { ScriptedModel, type ScriptedReply } from "vitrine/testing";
import { z } from "zod";
import { answers, calls, writes } from "./replies.ts";
import { callerOf, coderOf, plays, type Scenario, tools, words } from "./scenarios-shared.ts";

const searches = (count: number): ScriptedReply[] =>
  Array.from({ length: count }, (_, index) => calls(["search", { query: words(60, `q${index}_`) }]));

/** Has to ask twice for each answer. */
class HastyModel extends ScriptedModel {
  protected override async doGenerate(...[request, options]: Parameters<ScriptedModel["doGenerate"]>) {
    options.onRetry?.({ attempt: 1, reason: "503 Service Unavailable", status: 503 });
    return super.doGenerate(request, options);
  }
}

/** How runs go on, and how they end. */
export const runScenarios: readonly Scenario[] = [
  {
    name: "a long run",
    script: plays(...searches(14), answers(words(400, "answer"))),
    run: async (model) => callerOf(model).run(words(300, "task")),
  },
  {
    name: "a long run of code that plans, with long outputs",
    script: plays(
      "1. Print.",
      ...Array.from({ length: 6 }, (_, index) => writes(`console.log("${words(200, `log${index}_`)}")`)),
      writes("finalAnswer('done')"),
    ),
    run: async (model) => coderOf(model, { planningInterval: 20 }).run("Go"),
  },
  {
    name: "a run whose old steps are summed up",
    script: plays(...searches(4), "Searched twice.", ...searches(2), "Searched often.", answers("done")),
    run: async (model) => callerOf(model, { memoryToMessages: keepRecentSteps({ steps: 3 }) }).run("Go"),
  },
  {
    name: "a run whose old steps are left out",
    script: plays(...searches(5), answers("done")),
    run: async (model) =>
      callerOf(model, { memoryToMessages: keepRecentSteps({ steps: 2, summarize: false }) }).run("Go"),
  },
  {
    name: "a run that its limit of steps ends",
    script: plays(calls(["search", { query: "a" }]), {
      content: "All I know.",
      usage: { inputTokens: 5, outputTokens: 5 },
    }),
    run: async (model) => callerOf(model).run("Go", { maxSteps: 1 }),
  },
  ...(
    [
      ["of tool calls", { toolCalls: 1 }],
      ["of repeated calls", { repeatedCalls: 1 }],
      ["of tokens", { totalTokens: 100 }],
    ] as const
  ).map(([name, limits]): Scenario => ({
    name: `a run that its limit ${name} ends, whose answer has a schema`,
    script: plays(
      calls(["search", { query: "a" }], ["search", { query: "a" }]),
      answers({ city: 1 }),
      '{"city": "Paris"}',
    ),
    run: async (model) => callerOf(model, { limits, outputSchema: z.object({ city: z.string() }) }).run("Go"),
  })),
  {
    name: "a run that its limit of costs ends, without an answer",
    script: () =>
      new ScriptedModel([calls(["search", { query: "a" }])], {
        price: { inputPerMillion: 10_000, outputPerMillion: 0 },
      }),
    run: async (model) => callerOf(model, { limits: { costUsd: 0.5 }, onLimit: "throw" }).run("Go"),
  },
  {
    name: "a conversation of two runs",
    script: plays(answers("first"), calls(["search", { query: "b" }]), answers("second")),
    run: async (model) => {
      const agent = callerOf(model);
      await agent.run("Go");
      return agent.run("Go on", { reset: false });
    },
  },
  {
    name: "a run that is interrupted, and goes on",
    script: plays(calls(["search", { query: "a" }]), answers("done")),
    run: async (model) => {
      const agent = callerOf(model, {
        stepCallbacks: [(step, view) => step.stepNumber === 1 && view.agent.interrupt()],
      });
      await agent.run("Go");
      return agent.run("Go on", { reset: false });
    },
  },
  {
    name: "a run that a tool aborts",
    script: plays(calls(["stop", {}])),
    run: async (model) => {
      const { signal, stop } = stopTool();
      return callerOf(model, { tools: [...tools, stop] }).run("Go", { signal });
    },
  },
  abortedInCall(),
  {
    name: "a streamed run of reasoning and text",
    script: plays(
      { ...calls(["search", { query: "a" }]), content: "I  look.\n", reasoning: "Hm, so." },
      { ...answers("done"), content: "Done." },
    ),
    run: async (model) => {
      const stream = callerOf(model).stream("Go");
      for await (const event of stream) if (event.type === "final") break;
      return stream.result;
    },
  },
  {
    name: "a model that is asked again where an attempt failed",
    script: () => new HastyModel([calls(["search", { query: "a" }]), answers("done")]),
    run: async (model) => callerOf(model).run("Go"),
  },
  {
    name: "a model that refuses response formats",
    script: plays(
      calls(["search", { query: "a" }]),
      new ModelError("Bad request.", { status: 400 }),
      '{"city": "Paris"}',
    ),
    run: async (model) => callerOf(model, { maxSteps: 1, outputSchema: z.object({ city: z.string() }) }).run("Go"),
  },
  {
    name: "a model that fails for good",
    script: plays(calls(["search", { query: "a" }]), new Error('out of order: "x"\n é')),
    run: async (model) => callerOf(model).run("Go"),
  },
];

function stopTool() {
  const controller = new AbortController();
  const stop = tool({
    name: "stop",
    description: "Stops.",
    inputSchema: z.object({}),
    execute: () => controller.abort(new Error("enough")),
  });
  return { signal: controller.signal, stop };
}

/** The model itself aborts the run that asks it, while it is asked: so the call is in the middle for sure. */
function abortedInCall(): Scenario {
  let controller = new AbortController();
  const aborts: ScriptedReply = async () => {
    controller.abort(new Error("enough"));
    return new Promise(() => {});
  };
  return {
    name: "a run that is aborted while its model is asked",
    endsAgain: {
      failure:
        "ModelError: This call was aborted when it was recorded: what the model would have said is not known. (The run was aborted.)",
    },
    script: plays(calls(["search", { query: "a" }]), aborts),
    run: async (model) => {
      controller = new AbortController();
      return callerOf(model).run("Go", { signal: controller.signal });
    },
  };
}
