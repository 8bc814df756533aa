import { setAttributes, setPromptTemplate, setTags, setUser } from "@arizeai/openinference-core";
import { context } from "@opentelemetry/api";
import { CodeAgent, type ImagePart, tool, ToolCallingAgent } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { z } from "zod";
import { answers, calls, writes } from "../support/replies.ts";
import { search } from "../support/scripted-agents.ts";

export const QUESTION = "Which ship is in the picture?";
export const ANSWER = "The Vasa, found in 1956.";

/** An image of 1 by 1 pixel. */
export const IMAGE =
  "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNkYPhfDwAChwGA60e6kgAAAABJRU5ErkJggg==";

const draw = tool({
  name: "draw",
  description: "Draws.",
  inputSchema: z.object({}),
  execute: (): ImagePart => ({ type: "image", url: IMAGE }),
});

/** Runs a manager that is shown an image, and its managed agent, one of whose tools fails once. */
export async function runManaged(): Promise<unknown> {
  const searcher = new ToolCallingAgent({
    name: "search_agent",
    description: "Searches the web.",
    model: new ScriptedModel([
      calls(["search", { query: "bad" }]),
      calls(["search", { query: "the Vasa" }]),
      answers("It is the Vasa."),
    ]),
    tools: [search, draw],
    console: false,
  });
  const manager = new CodeAgent({
    model: new ScriptedModel([
      writes(`console.log(await search_agent({ task: "Name the ship." })); await draw({})`),
      writes(`finalAnswer(${JSON.stringify(ANSWER)})`),
    ]),
    tools: [draw],
    managedAgents: [searcher],
    console: false,
  });
  const { output } = await manager.run(QUESTION, { images: [{ type: "image", url: IMAGE }] });
  return output;
}

/** What text holds that some database refuses: NUL, halves of a character, what looks like their escapes. */
const HARD_TEXT = "a\0b \uD800 c \uDC00 \\u0000 \\ud800 é 🦊 \u2028 \r\n\t \u001B[1m \uFFFF";

/** The same, as it is stored. */
export const STORED_TEXT = "a␀b \uFFFD c \uFFFD \\u0000 \\ud800 é 🦊 \u2028 \r\n\t \u001B[1m \uFFFF";

const hardTools = [
  tool({
    name: "hard_text",
    description: `Gives ${HARD_TEXT}`,
    inputSchema: z.looseObject({ float: z.float32().optional() }),
    execute: () => HARD_TEXT,
  }),
  tool({ name: "hard_values", description: "Gives.", inputSchema: z.object({}), execute: () => hardValues() }),
  tool({
    name: "hard_bytes",
    description: "Gives.",
    inputSchema: z.object({}),
    execute: () => new Uint8Array([0, 255, 0]),
  }),
  tool({
    name: "hard_failure",
    description: "Fails.",
    inputSchema: z.object({}),
    execute: () => {
      throw new RangeError(HARD_TEXT);
    },
  }),
];

/** Runs an agent that is given, calls with, gets, says and answers what is hard to store. */
export async function runHard(): Promise<unknown> {
  const agent = new ToolCallingAgent({
    model: new ScriptedModel([
      { ...calls(["hard_text", { [HARD_TEXT]: HARD_TEXT, huge: 1e308 }]), content: HARD_TEXT, reasoning: HARD_TEXT },
      calls(["hard_values", {}], ["hard_bytes", {}], ["hard_failure", {}]),
      { ...calls(["hard_text", {}]), usage: { inputTokens: 5_000_000_000, outputTokens: 1 } },
      answers({ [HARD_TEXT]: HARD_TEXT }),
    ]),
    tools: hardTools,
    instructions: HARD_TEXT,
    console: false,
  });
  return context.with(hardContext(), async () =>
    agent.run(HARD_TEXT, { additionalArgs: { hard: hardValues(), [HARD_TEXT]: 1 } }),
  );
}

function hardContext() {
  const named = setAttributes(context.active(), { [HARD_TEXT]: HARD_TEXT, huge: [1, 1e308], none: Number.NaN });
  const template = { template: HARD_TEXT, variables: { [HARD_TEXT]: HARD_TEXT }, version: HARD_TEXT };
  return setPromptTemplate(setTags(setUser(named, { userId: HARD_TEXT.repeat(100) }), [HARD_TEXT]), template);
}

function hardValues(): Record<string, unknown> {
  const cyclic: Record<string, unknown> = {
    big: 2n ** 100n,
    huge: Number.MAX_VALUE,
    unsafe: 2 ** 63,
    none: [Number.NaN, Number.POSITIVE_INFINITY, undefined],
    bytes: new Uint8Array([0, 255]),
    buffer: Buffer.from("a\0b"),
    map: new Map([["a\0b", new Set([HARD_TEXT])]]),
    date: new Date(Number.NaN),
    error: new RangeError(HARD_TEXT),
    symbol: Symbol("s\0"),
    run: () => 1,
    long: "🦊\0".repeat(50_000),
    [HARD_TEXT]: HARD_TEXT,
  };
  cyclic["self"] = cyclic;
  return cyclic;
}
