import { setMetadata, setSession } from "@arizeai/openinference-core";
import { context } from "@opentelemetry/api";
import { CodeAgent, tool, ToolCallingAgent } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { z } from "zod";
import { answers, calls, writes } from "./replies.ts";

/** What is planted in a run: each word at one place, from where the run may carry it on. */
export const SECRETS = {
  task: "zqTaskzq",
  argument: "zqArgumentzq",
  image: "zqImagezq",
  system: "zqSystemzq",
  parameter: "zqParameterzq",
  schema: "zqSchemazq",
  plan: "zqPlanzq",
  code: "zqCodezq",
  codeLog: "zqCodeLogzq",
  toolArgument: "zqToolArgumentzq",
  toolLog: "zqToolLogzq",
  toolResult: "zqToolResultzq",
  shownImage: "zqShownImagezq",
  agentDescription: "zqAgentDescriptionzq",
  managedTask: "zqManagedTaskzq",
  reasoning: "zqReasoningzq",
  toolError: "zqToolErrorzq",
  toolStack: "zqToolStackzq",
  managedAnswer: "zqManagedAnswerzq",
  lastResult: "zqLastResultzq",
  final: "zqFinalzq",
  modelError: "zqModelErrorzq",
  modelStack: "zqModelStackzq",
  metadata: "zqMetadatazq",
  session: "zqSessionzq",
} as const;

class TunedModel extends ScriptedModel {
  override readonly parameters = { seed: SECRETS.parameter };
}

const lookup = tool({
  name: "lookup",
  description: "Looks something up.",
  inputSchema: z.object({ key: z.string() }),
  execute: ({ key }, { log, showImage }) => {
    if (key === "last") return SECRETS.lastResult;
    log(SECRETS.toolLog);
    showImage({ type: "image", url: pngOf(SECRETS.shownImage) });
    return SECRETS.toolResult;
  },
});

const read = tool({
  name: "read",
  description: "Reads.",
  inputSchema: z.object({ key: z.string().describe(SECRETS.schema) }),
  execute: () => {
    throw failure(SECRETS.toolError, SECRETS.toolStack);
  },
});

/** Runs an agent with a secret in every input and output, and one whose model fails. */
export async function runWithSecrets(): Promise<void> {
  const active = setMetadata(setSession(context.active(), { sessionId: SECRETS.session }), { note: SECRETS.metadata });
  await context.with(active, async () => {
    await manager().run(SECRETS.task, {
      additionalArgs: { given: SECRETS.argument },
      images: [{ type: "image", url: pngOf(SECRETS.image) }],
    });
    const broken = new ScriptedModel([failure(SECRETS.modelError, SECRETS.modelStack)]);
    await new CodeAgent({ model: broken, console: false }).run("Go").catch(() => {});
  });
}

function manager(): CodeAgent {
  const model = new TunedModel([
    SECRETS.plan,
    writes(`// ${SECRETS.code}
      console.log("zqCode" + "Logzq");
      console.log(await lookup({ key: "${SECRETS.toolArgument}" }));`),
    writes(`await search_agent({ task: "${SECRETS.managedTask}" })`),
    writes(`await lookup({ key: "last" }); finalAnswer("zqFi" + "nalzq")`),
  ]);
  return new CodeAgent({
    model,
    tools: [lookup],
    managedAgents: [searcher()],
    planningInterval: 10,
    console: false,
  });
}

function searcher(): ToolCallingAgent {
  const model = new ScriptedModel([
    { ...calls(["read", { key: "bad" }]), reasoning: SECRETS.reasoning },
    answers(SECRETS.managedAnswer),
  ]);
  return new ToolCallingAgent({
    name: "search_agent",
    description: SECRETS.agentDescription,
    instructions: SECRETS.system,
    tools: [read],
    model,
    console: false,
  });
}

function pngOf(secret: string): string {
  return `data:image/png;base64,${secret}`;
}

function failure(message: string, place: string): RangeError {
  const error = new RangeError(message);
  error.stack = `RangeError: ${message}\n    at ${place} (file.ts:1:1)`;
  return error;
}
