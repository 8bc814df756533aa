import { describe, expect, it } from "vitest";
import { ParsingError } from "../../src/errors.ts";
import { extractCode } from "../../src/executors/extract-code.ts";

describe("extractCode", () => {
  it.each([
    ["takes what stands in code tags", "Thought: add.\n<code>\n1 + 1;\n</code>\nDone.", "1 + 1;"],
    ["joins several tagged pieces by a blank line", "<code>f();</code> and <code>g();</code>", "f();\n\ng();"],
    ["reads a tag that is open at the end", "Thought: x\n<code>\nconst a = 1;", "const a = 1;"],
    ["reads a tag that ends in <end_code>", "<code>\nf();\n<end_code>", "f();"],
    ["takes the fence inside a tag off", "<code>\n```js\nf();\n```\n</code>", "f();"],
    ["skips an empty tag", "I write <code></code> tags: <code>f();</code>", "f();"],
    ["takes a js fence", "Code:\n```js\nf();\n```<end_code>", "f();"],
    [
      "takes a fence of any of the four names",
      "```javascript\na();\n```\n```ts\nb();\n```\n```TypeScript\nc();\n```",
      "a();\n\nb();\n\nc();",
    ],
    ["reads a fence that is open at the end", "```js\nf();", "f();"],
    ["reads a closing tag that lacks its end", "<code>\nf();\n</cod", "f();"],
    ["reads an opening tag that lacks its end", "Thought: x\n<code\nf();\n</code>", "f();"],
    ["passes over a tag that prose speaks of", "I write it between <code> tags.\n<code>\nf();\n</code>", "f();"],
    [
      "passes over tags that prose speaks of",
      "I write it between <code> and </code> tags, or `<code>` and `</code>`, as in <code>your code here</code>.\n<code>f();</code>",
      "f();",
    ],
    [
      "passes over tags that prose speaks of later",
      "<code>f();</code>\nWhat is between <code> and </code> runs.",
      "f();",
    ],
    ["keeps a piece that is a name", "<code>const a = 1;</code>\nThen <code>a</code>", "const a = 1;\n\na"],
    [
      "keeps a piece with a fault, which the model must hear of",
      "<code>const = 1;</code><code>f();</code>",
      "const = 1;\n\nf();",
    ],
    ["takes code that speaks of a tag", '<code>\nf("<code>");\n</code>', 'f("<code>");'],
    ["reads a closing tag that lacks its end before more text", "<code>\nf();\n</code\nThat was it.", "f();"],
    ["reads an opening tag that lacks its end below a mention", "The <code> tag:\n<code\nf();\n</code>", "f();"],
    ["takes a fence below tags that prose speaks of", "Not between <code> and </code>:\n```js\nf();\n```", "f();"],
    ["takes a fence below a tag that prose speaks of", "Without a <code> tag:\n```js\nf();\n```", "f();"],
    ["takes fences inside a tag off", "<code>\n```js\nf();\n```\nand\n```js\ng();\n```\n</code>", "f();\n\ng();"],
    ["keeps the marks of a fence in a text of the code", "<code>\nf('```');\n</code>", "f('```');"],
    ["keeps what stands between tags when there is nothing else", "<code>and</code>", "and"],
    ["reads several blocks", "<code>\nf();\n</code>\nNow:\n<code>\ng();\n</code>", "f();\n\ng();"],
    ["reads a fence that a tag closes", "```js\nf();\n</code>", "f();"],
    ["keeps a closing tag in the code of a fence", '```js\nf("</code>");\n```', 'f("</code>");'],
    ["reads lines that end as on Windows", "<code>\r\nf();\r\ng();\r\n</code>", "f();\ng();"],
    ["takes a fence without a name that imports", '```\nimport "m";\n```', 'import "m";'],
    ["takes a whole text that imports", 'import { a } from "m";\nf(a);', 'import { a } from "m";\nf(a);'],
    ["keeps types", "```ts\nconst a: number = 1;\n```", "const a: number = 1;"],
    ["takes code after thinking that speaks of tags", "<think>Between <code> and</think>```js\nf();\n```", "f();"],
    ["takes a fence without a line of its own", "```js f();```", "f();"],
    ["takes a fence without a name, if code is in it", "```\nf();\n```", "f();"],
    ["takes fences of dialects", "```jsx\na();\n```\n```tsx\nb();\n```", "a();\n\nb();"],
    ["prefers tags over fences", "```js\nwrong();\n```\n<code>right();</code>", "right();"],
    ["takes a whole text that is a call", "finalAnswer(42)\n", "finalAnswer(42)"],
    ["takes a whole text that declares something", "const answer = 42;", "const answer = 42;"],
    ["leaves code in closed thinking out", "<think><code>no();</code></think>\n<code>yes();</code>", "yes();"],
    ["keeps thinking tags in a string", "<code>\nf('<think>x</think>');\n</code>", "f('<think>x</think>');"],
    ["keeps thinking tags in a string of bare code", "f('<think>x</think>');", "f('<think>x</think>');"],
    ["leaves thinking out whose opening tag is missing", "<code>no();</code></think><code>yes();</code>", "yes();"],
  ])("%s", (_claim, text, code) => {
    expect(extractCode(text)).toBe(code);
  });

  it.each([
    ["a sentence", "The answer is 42."],
    ["a single word", "Done"],
    ["a number", "42"],
    ["nothing", ""],
    ["a fence without a name that holds no code", "```\nParis\n```"],
    ["a fence of JSON", '```json\n{ "a": 1 }\n```'],
    ["a fence of another language", "```python\nprint(1)\n```"],
    ["a fence without a name that holds words alone", "```\nParis, France\nLondon\n```"],
    ["thinking that never ends", "<think>I could write <code>f();</code>"],
  ])("refuses %s", (_claim, text) => {
    expect(() => extractCode(text)).toThrow(ParsingError);
  });

  it("shows the wanted form, and keeps the text, when there is no code", () => {
    const error = catchError(() => extractCode("Hello there."));
    expect(error).toMatchObject({ text: "Hello there." });
    expect(error).toHaveProperty(
      "message",
      expect.stringContaining("<code>\nconst answer = 1 + 1;\nfinalAnswer(answer);\n</code>"),
    );
  });

  it("tells a model that only speaks of its final answer how to give it", () => {
    expect(() => extractCode("My final answer is Paris.")).toThrow(
      /Also your final answer is given by code: finalAnswer\("…"\)/,
    );
  });
});

function catchError(work: () => unknown): unknown {
  try {
    return work();
  } catch (error) {
    return error;
  }
}
