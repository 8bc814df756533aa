// Hands a value to a run: each of `additionalArgs` is a variable of the agent's code, and the task tells the model so.
// Run it: node --import tsx --conditions=@vitrine/source examples/mp3.ts
import { CodeAgent, tool } from "vitrine";
import { z } from "zod";
import { chooseModel } from "./support/choose-model.ts";
import { scriptedModel, TRANSCRIPTS } from "./support/mp3-script.ts";
import { sayWhatCameOut } from "./support/say-what-came-out.ts";
import { startTracing } from "./support/start-tracing.ts";

// No base tool listens, so the agent gets one of ours. It is a fake, also with a real model: it knows one recording by heart, which it never heard.
// Yours would send the file to a service that transcribes.
const transcriber = tool({
  name: "transcriber",
  description: "Writes down what is said in a sound file.",
  inputSchema: z.object({ audio: z.string().describe("The address of the sound file.") }),
  outputSchema: z.string(),
  execute: ({ audio }) => {
    const transcript = TRANSCRIPTS.get(audio);
    if (transcript === undefined)
      throw new Error(`There is no sound file at ${audio}. Take the address as it was given.`);
    return transcript;
  },
});

const tracing = startTracing();
const { model } = chooseModel(scriptedModel(), { hubModelId: "meta-llama/Llama-3.3-70B-Instruct" });
export const agent = new CodeAgent({ model, tools: [transcriber], addBaseTools: true, maxSteps: 6 });

export const result = await sayWhatCameOut(
  agent.run("Why does Mike not know many people in New York?", {
    additionalArgs: {
      mp3_sound_file_url:
        "https://huggingface.co/datasets/huggingface/documentation-images/resolve/main/transformers/recording.mp3",
    },
  }),
);
await tracing.end();
