import { describe, expect, it } from "vitest";
import { importExample } from "./import-example.ts";

const URL_OF_MP3 =
  "https://huggingface.co/datasets/huggingface/documentation-images/resolve/main/transformers/recording.mp3";

const { agent, result } = await importExample(async () => import("../../examples/mp3.ts"));

describe("additionalArgs", () => {
  it("are told to the model at the end of the task", () => {
    expect(result?.steps[0]).toEqual({
      type: "task",
      task: `Why does Mike not know many people in New York?\nYou have been provided with these additional arguments, that you can access directly using the keys as variables:\n{"mp3_sound_file_url":"${URL_OF_MP3}"}.`,
    });
  });

  it("are variables of the code, which passes them on to a tool", () => {
    expect(result?.steps[1]).toMatchObject({
      code: "console.log(await transcriber({ audio: mp3_sound_file_url }));",
      observations: [{ text: expect.stringContaining("Mike: The little that I have seen of it!") }],
    });
  });

  it("stay in the agent's state", () => {
    expect(agent.state).toEqual({ mp3_sound_file_url: URL_OF_MP3 });
  });
});

describe("the agent that listens", () => {
  it("has the base tools beside its own, none of which listens", () => {
    expect(agent.tools.map(({ name }) => name)).toEqual(["transcriber", "web_search", "visit_webpage", "final_answer"]);
  });

  it("answers from what is said", () => {
    expect(result).toMatchObject({ stopReason: "final-answer", output: expect.stringContaining("works nights") });
  });
});
