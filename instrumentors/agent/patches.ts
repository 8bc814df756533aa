import { Agent } from "../../src/agents/agent.ts";
import { Executor } from "../../src/executors/executor.ts";
import { Model } from "../../src/models/model.ts";
import { Tool } from "../../src/tools/tool.ts";
import { makeSeam, type Tracing } from "./seam.ts";
import { describeCall, describeExecution, describeGenerate, describePlan, describeRun, describeStep } from "./spans.ts";

/**
 * Patches the six seams of design.md, each on the prototype of the class that owns it. `tracing`: as to be traced now; asked at each call.
 *
 * Whoever takes part in a run, and has a method of its own in the place of a seam, is patched when the run begins.
 */
export function patchSeams(tracing: () => Tracing | undefined): void {
  const ofAgent = { base: Agent.prototype, tracing };
  const plan = makeSeam({ ...ofAgent, name: "plan", hook: "doPlan", describe: describePlan });
  const generate = makeSeam({
    base: Model.prototype,
    tracing,
    name: "generate",
    hook: "doGenerate",
    describe: describeGenerate,
  });
  const call = makeSeam({ base: Tool.prototype, tracing, name: "call", hook: "execute", describe: describeCall });
  const execute = makeSeam({
    base: Executor.prototype,
    tracing,
    name: "run",
    hook: "evaluate",
    describe: describeExecution,
  });
  const step = makeSeam({
    ...ofAgent,
    name: "step",
    hook: "act",
    describe: (stepCall: Parameters<typeof describeStep>[0]) => {
      const { executor } = stepCall.args[0].conversation;
      if (executor) execute.adopt(executor);
      return describeStep(stepCall);
    },
  });
  const run = makeSeam({
    ...ofAgent,
    name: "run",
    hook: "act",
    describe: (runCall: Parameters<typeof describeRun>[0]) => {
      const { self: agent } = runCall;
      run.adopt(agent);
      step.adopt(agent);
      plan.adopt(agent);
      generate.adopt(agent.model);
      agent.tools.forEach(call.adopt);
      agent.managedAgents.forEach((managed) => run.adopt(managed));
      return describeRun(runCall);
    },
  });
  Agent.prototype.run = run.wrap(Agent.prototype.run);
  Agent.prototype.step = step.wrap(Agent.prototype.step);
  Agent.prototype.plan = plan.wrap(Agent.prototype.plan);
  Model.prototype.generate = generate.wrap(Model.prototype.generate);
  Tool.prototype.call = call.wrap(Tool.prototype.call);
  Executor.prototype.run = execute.wrap(Executor.prototype.run);
}
