import { type Model, OpenAIModel, type Tool, visitWebpage, webSearch } from "vitrine";
import { cannedSearchTools, scriptedModel } from "./gdp-script.ts";

interface Choice {
  readonly model: Model;
  readonly searchTools: readonly Tool[];
}

/** Takes a real model where the environment names one, else the script, which knows one question only. */
export function chooseModel(otherQuestion: string | undefined): Choice {
  const { OPENAI_API_KEY, OPENAI_BASE_URL, HF_TOKEN, VITRINE_MODEL } = process.env;
  const searchTools = [webSearch(), visitWebpage()];
  if (OPENAI_API_KEY || OPENAI_BASE_URL)
    return { model: new OpenAIModel({ modelId: VITRINE_MODEL ?? "gpt-5-mini" }), searchTools };
  if (HF_TOKEN) {
    const modelId = VITRINE_MODEL ?? "Qwen/Qwen3-Next-80B-A3B-Thinking";
    return {
      model: new OpenAIModel({ modelId, baseURL: "https://router.huggingface.co/v1", apiKey: HF_TOKEN }),
      searchTools,
    };
  }
  if (otherQuestion !== undefined) {
    console.error(
      "Without a model only the question about the GDP has an answer. Set OPENAI_API_KEY (and OPENAI_BASE_URL, VITRINE_MODEL) or HF_TOKEN, and ask again.",
    );
    process.exit(1);
  }
  console.log(
    "No OPENAI_API_KEY or HF_TOKEN is set: a scripted model plays both agents, and the search results are canned. All else is real.",
  );
  return { model: scriptedModel(), searchTools: cannedSearchTools };
}
