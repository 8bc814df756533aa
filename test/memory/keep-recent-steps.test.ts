import { describe, expect, it } from "vitest";
import { ConfigurationError } from "../../src/errors.ts";
import { keepRecentSteps, type MemoryContext } from "../../src/memory/keep-recent-steps.ts";
import { messageText } from "../../src/memory/message-text.ts";
import type { PlanningStep, Step } from "../../src/memory/steps.ts";
import { toMessages } from "../../src/memory/to-messages.ts";
import type { Message } from "../../src/models/message.ts";
import { action, searchStep, timing } from "./steps.ts";

const system: Step = { type: "system-prompt", systemPrompt: "Be good." };
const task = (text: string): Step => ({ type: "task", task: text });
const plan = (text: string): PlanningStep => ({
  type: "planning",
  modelInput: [],
  modelOutput: text,
  plan: text,
  timing,
});
const searches = (count: number): Step[] => Array.from({ length: count }, (_, index) => searchStep(index + 1));

/** Plays the model that writes summaries. */
function notes(): { readonly context: MemoryContext; readonly requests: string[] } {
  const requests: string[] = [];
  const generate = async (messages: readonly Message[]): Promise<string> =>
    `Notes ${requests.push(messages.map(messageText).join("\n\n"))}.`;
  return { requests, context: { generate, signal: new AbortController().signal, showImages: true } };
}

function outline(messages: readonly Message[]): string {
  return messages.map((message) => messageText(message).replaceAll("\n", " / ")).join("\n");
}

describe("keepRecentSteps", () => {
  it("changes nothing while there are no more steps than it keeps", async () => {
    const { context, requests } = notes();
    const steps = [system, task("Count."), plan("First."), plan("Second."), ...searches(3)];
    expect(await keepRecentSteps({ steps: 3 })(steps, context)).toEqual(toMessages(steps));
    expect(requests).toEqual([]);
  });

  it("keeps prompt, task, the newest plan and the last steps whole, and sums the others up in one message", async () => {
    const steps = [
      system,
      task("Count."),
      plan("Old plan."),
      searchStep(1),
      searchStep(2),
      plan("New plan."),
      searchStep(3),
      searchStep(4),
    ];
    expect(outline(await keepRecentSteps({ steps: 2 })(steps, notes().context))).toMatchInlineSnapshot(`
      "system: Be good.
      user: New task: / Count.
      user: Summary of your 2 earlier steps: / Notes 1.
      assistant: New plan.
      user: Now proceed and carry out this plan.
      assistant: Thought 3. / calls search with {"query":"q3"}
      tool search: found 3
      assistant: Thought 4. / calls search with {"query":"q4"}
      tool search: found 4"
    `);
  });

  it("sends what is to be summed up as text, with the task and without plans", async () => {
    const { context, requests } = notes();
    await keepRecentSteps({ steps: 2 })([system, task("Count."), plan("Go."), ...searches(3)], context);
    expect(requests.map((text) => text.slice(text.indexOf("user:")))).toMatchInlineSnapshot(`
      [
        "user: What happened so far:
      user: New task:
      Count.

      assistant: Thought 1.
      calls search with {"query":"q1"}

      tool search: found 1",
      ]
    `);
  });

  it("sums up half as many steps at a time as it keeps, and sends none twice", async () => {
    const { context, requests } = notes();
    const memoryToMessages = keepRecentSteps({ steps: 4 });
    const lengths: number[] = [];
    const all = searches(9);
    for (let count = 1; count <= 9; count++) {
      lengths.push((await memoryToMessages([task("Count."), ...all.slice(0, count)], context)).length);
    }
    expect(requests.map((text) => [...text.matchAll(/found (\d)/g)].map(([, step]) => step))).toEqual([
      ["1", "2"],
      ["3", "4"],
    ]);
    expect(requests[1]).toContain("Your notes so far, to be kept and extended:\nNotes 1.");
    expect(lengths).toEqual([3, 5, 7, 9, 11, 10, 12, 10, 12]);
  });

  it("sums up at once all that is old in a memory that it has not seen before", async () => {
    const { context, requests } = notes();
    await keepRecentSteps({ steps: 2 })([task("Count."), ...searches(9)], context);
    expect(requests).toHaveLength(1);
  });

  it("asks again after a summary that failed", async () => {
    const { context, requests } = notes();
    const memoryToMessages = keepRecentSteps({ steps: 1 });
    const steps = [task("Count."), ...searches(2)];
    const failing = { ...context, generate: () => Promise.reject(new Error("502")) };
    await expect(memoryToMessages(steps, failing)).rejects.toThrow("502");
    await memoryToMessages(steps, context);
    expect(requests).toHaveLength(1);
  });

  it("keeps every task of a conversation, each in its place", async () => {
    const steps = [system, task("First."), ...searches(2), task("Second."), searchStep(3)];
    expect(outline(await keepRecentSteps({ steps: 1 })(steps, notes().context))).toMatchInlineSnapshot(`
      "system: Be good.
      user: New task: / First.
      user: Summary of your 2 earlier steps: / Notes 1.
      user: New task: / Second.
      assistant: Thought 3. / calls search with {"query":"q3"}
      tool search: found 3"
    `);
  });

  it("answers every call that is left, under its id", async () => {
    const messages = await keepRecentSteps({ steps: 3 })([task("Count."), ...searches(8)], notes().context);
    const called = messages.flatMap((message) =>
      message.role === "assistant" ? message.toolCalls.map(({ id }) => id) : [],
    );
    const answered = messages.flatMap((message) => (message.role === "tool" ? message.toolCallId : []));
    expect([called, answered]).toEqual([
      ["c5", "c6", "c7", "c8"],
      ["c5", "c6", "c7", "c8"],
    ]);
  });

  it("shows an image of a step that stays, also where an older one showed it first", async () => {
    const images = [{ type: "image", url: "data:,a", name: "image_1" }] as const;
    const steps = [task("Look."), action({ images }), action({ images })];
    const messages = await keepRecentSteps({ steps: 1 })(steps, notes().context);
    expect(messages.at(-1)).toEqual({
      role: "user",
      content: [
        { type: "text", text: "Images: image_1" },
        { type: "image", url: "data:,a" },
      ],
    });
  });

  it("shows no image to a model that sees none", async () => {
    const images = [{ type: "image", url: "data:,a", name: "image_1" }] as const;
    const steps = [task("Look."), action(), action({ images })];
    const messages = await keepRecentSteps({ steps: 1 })(steps, { ...notes().context, showImages: false });
    expect(messages.at(-1)?.content).toBe("Images: image_1\n(image_1 cannot be shown to this model)");
  });

  it("leaves older steps out and says how many, when it is to sum up nothing", async () => {
    const { context, requests } = notes();
    const memoryToMessages = keepRecentSteps({ steps: 2, summarize: false });
    expect(outline(await memoryToMessages([task("Count."), ...searches(4)], context))).toMatchInlineSnapshot(`
      "user: New task: / Count.
      user: (Left out here: your 2 earlier steps.)
      assistant: Thought 3. / calls search with {"query":"q3"}
      tool search: found 3
      assistant: Thought 4. / calls search with {"query":"q4"}
      tool search: found 4"
    `);
    expect(requests).toEqual([]);
  });

  it.each([0, -1, 1.5, Number.NaN])("refuses to keep %d steps", (steps) => {
    expect(() => keepRecentSteps({ steps })).toThrow(ConfigurationError);
  });

  it("keeps ten steps unless it is told how many", async () => {
    const { context, requests } = notes();
    await keepRecentSteps()([task("Count."), ...searches(14)], context);
    expect(requests).toEqual([]);
    await keepRecentSteps()([task("Count."), ...searches(15)], context);
    expect(requests).toHaveLength(1);
  });
});
