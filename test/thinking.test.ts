import { describe, expect, it } from "vitest";
import { withoutThinking } from "../src/thinking.ts";

describe("withoutThinking", () => {
  it.each([
    ["takes thinking at the front off", "\n<think>hm</think>\nYes.", "\nYes."],
    ["takes several thoughts at the front off", "<think>a</think> <think>b</think>Yes.", "Yes."],
    ["takes all that was thought and never ended", "<think>hm, <code>f();</code>", ""],
    ["takes thinking off whose opening tag is missing", "I could.\nI will.</think>Yes.", "Yes."],
    ["takes drafts off that were thought", "<code>no();</code>\n```js\nno();\n```\n</think>Yes.", "Yes."],
    ["takes thinking off that speaks of a code tag", "In a <code> tag.</think><code>f();</code>", "<code>f();</code>"],
    ["takes thinking off that has words before it", "Sure. <think>hm</think>Yes.", "Yes."],
    ["takes thinking off that quotes its own end", "<think>I close with `</think>`.</think>Yes.", "Yes."],
    ["takes unopened thinking off that quotes its end", 'It ends in "</think>", I know.</think>Yes.', "Yes."],
    ["is not misled by an apostrophe", "Let's do it, don't wait.</think>It's done.", "It's done."],
    ["ends at the first end where each seems quoted", '<think>say "hi</think>"Yes."', '"Yes."'],
  ])("%s", (_claim, text, rest) => {
    expect(withoutThinking(text)).toBe(rest);
  });

  it.each([
    ["a text without any", "Yes."],
    ["tags in a string of bare code", "const s = '<think>x</think>';\nf(s);"],
    ["tags in tagged code", "<code>\nconst s = `<think>\nx\n</think>`;\n</code>"],
    ["a closing tag in open tagged code", "<code>\n// </think>\nf();"],
    ["a closing tag in a fence", "```js\n// </think>\nf();\n```"],
    ["a closing tag in an open fence", "```js\n// </think>\nf();"],
    ["tags in JSON", '{"thought": "I \\"use\\" <think> and </think> here", "code": "f()"}'],
    ["a closing tag in JSON", '{"thought": "I use </think> here"}'],
    ["a mention of the opening tag", "I use <think> tags.\n<code>f();</code>"],
    ["code before a later thought", "<code>f();</code>\n<think>Was that right?</think>\nYes."],
  ])("leaves %s", (_claim, text) => {
    expect(withoutThinking(text)).toBe(text);
  });
});
