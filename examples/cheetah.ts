// Planning: before the first step, and then every three steps, the model says without any tool what it knows and what to do next.
// Run it: node --import tsx --conditions=@vitrine/source examples/cheetah.ts
import { AgentError, CodeAgent, loadTool, type Tool, webSearch } from "vitrine";
import { cannedWebSearch, scriptedModel } from "./support/cheetah-script.ts";
import { chooseModel } from "./support/choose-model.ts";
import { sayWhatCameOut } from "./support/say-what-came-out.ts";
import { startTracing } from "./support/start-tracing.ts";

const tracing = startTracing();
// With HF_TOKEN, this is what plays: new InferenceClientModel("Qwen/Qwen2.5-72B-Instruct").
const { model, isReal } = chooseModel(scriptedModel(), { hubModelId: "Qwen/Qwen2.5-72B-Instruct" });
const agent = new CodeAgent({
  model,
  tools: isReal ? [webSearch(), ...(await textToImage())] : [cannedWebSearch],
  planningInterval: 3, // this is where planning is switched on
  maxSteps: 6,
});

export const result = await sayWhatCameOut(
  agent.run("How long would a cheetah at full speed take to run the length of Pont Alexandre III?"),
);
await tracing.end();

/**
 * Takes the tool of a Space that draws, if VITRINE_IMAGE_SPACE names one ("m-ric/text-to-image") and it can be reached.
 *
 * Only then: others run it, it gets your HF_TOKEN, and whether to trust it is for you to say. The question can be answered without it.
 */
async function textToImage(): Promise<readonly Tool[]> {
  const { VITRINE_IMAGE_SPACE } = process.env;
  if (!VITRINE_IMAGE_SPACE) return [];
  try {
    return [await loadTool(VITRINE_IMAGE_SPACE, { trustRemoteCode: true, timeoutMs: 20_000 })];
  } catch (error) {
    if (!(error instanceof AgentError)) throw error;
    console.log(`Without the image tool: ${error.message}`);
    return [];
  }
}
