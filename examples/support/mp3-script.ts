import { ScriptedModel } from "vitrine/testing";

/** What is said in sound files, by their addresses. Made up. */
export const TRANSCRIPTS: ReadonlyMap<string, string> = new Map([
  [
    "https://huggingface.co/datasets/huggingface/documentation-images/resolve/main/transformers/recording.mp3",
    `Anna: So, Mike, how do you like New York?
Mike: The little that I have seen of it! I came three weeks ago, and I work nights at the hospital. When people go out, I go to work.
Anna: Then you do not know many people yet.
Mike: You, and the man who sells me coffee.`,
  ],
]);

/** Plays an agent that listens to a recording. */
export function scriptedModel(): ScriptedModel {
  return new ScriptedModel(
    [
      {
        content: "Thought: The answer must be in the sound file. I have it transcribed, and read what is said.",
        code: "console.log(await transcriber({ audio: mp3_sound_file_url }));",
        usage: { inputTokens: 2391, outputTokens: 51 },
      },
      {
        content: "Thought: Mike says why himself.",
        code: 'finalAnswer("He came to New York only three weeks ago, and he works nights, when others go out.");',
        usage: { inputTokens: 2538, outputTokens: 47 },
      },
    ],
    { modelId: "scripted-mp3" },
  );
}
