import { InferenceClientModel, type Model, OpenAIModel } from "vitrine";
import type { ScriptedModel } from "vitrine/testing";

interface Wishes {
  /** The model of the Hugging Face Hub that plays with HF_TOKEN, where VITRINE_MODEL names none. */
  readonly hubModelId?: string;
  /** A question that the script does not know: only a real model can answer it. */
  readonly otherQuestion?: string | undefined;
  /** False where the model need not look at the pictures that tools make, so that a text model will do. */
  readonly seesImages?: boolean;
}

interface Choice {
  readonly model: Model;
  readonly isReal: boolean;
}

/** Takes a real model where the environment names one, else the script, which knows one task only. */
export function chooseModel(script: ScriptedModel, wishes: Wishes = {}): Choice {
  const { OPENAI_API_KEY, OPENAI_BASE_URL, HF_TOKEN, VITRINE_MODEL } = process.env;
  const { hubModelId = "Qwen/Qwen3-Next-80B-A3B-Thinking", otherQuestion, seesImages = true } = wishes;
  if (OPENAI_API_KEY || OPENAI_BASE_URL)
    return { model: new OpenAIModel({ modelId: VITRINE_MODEL ?? "gpt-5-mini", seesImages }), isReal: true };
  if (HF_TOKEN)
    return { model: new InferenceClientModel({ modelId: VITRINE_MODEL ?? hubModelId, seesImages }), isReal: true };
  if (otherQuestion !== undefined) {
    console.error(
      "Without a model only the question about the GDP has an answer. Set OPENAI_API_KEY (and OPENAI_BASE_URL, VITRINE_MODEL) or HF_TOKEN, and ask again.",
    );
    process.exit(1);
  }
  console.log(
    "No OPENAI_API_KEY or HF_TOKEN is set: a scripted model plays every agent, and what would come from outside is canned. All else is real.",
  );
  return { model: script, isReal: false };
}
