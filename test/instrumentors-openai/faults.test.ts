import { diag } from "@opentelemetry/api";
import OpenAI from "openai";
import { describe, expect, it, onTestFinished } from "vitest";
import { instrumentOpenAI } from "../../instrumentors/openai/instrument-openai.ts";
import { answerBoth, sendEvents } from "../models/openai-server.ts";
import { keepWarnings } from "../support/warnings.ts";
import { ASK, chatFixture, readAll, startClient, traceOpenAI } from "./traced-client.ts";

const traces = traceOpenAI();
const fixture = chatFixture("text");

/** Gives what it is told to give. */
class Completions {
  readonly #given: unknown;
  constructor(given: unknown) {
    this.#given = given;
  }
  create(_body: unknown): unknown {
    return this.#given;
  }
}

function traceOwn(): string[] {
  const on = instrumentOpenAI({ Chat: { Completions }, Responses: class extends Completions {} });
  const warnings = keepWarnings();
  onTestFinished(() => {
    on.uninstrument();
    diag.disable();
  });
  return warnings;
}

function throwing(name: string): object {
  return {
    get [name](): never {
      throw new RangeError("no");
    },
  };
}

describe("a fault of ours is one warning, and nothing else", () => {
  it("where what is sent cannot be read", async () => {
    const warnings = traceOwn();

    expect(await new Completions(Promise.resolve(fixture.completion)).create(throwing("messages"))).toBe(
      fixture.completion,
    );

    await expect.poll(() => traces.tree()).toBe("LLM ChatCompletion  OK");
    expect(warnings).toEqual(["vitrine: what a model is sent could not be read"]);
    expect(traces.span("ChatCompletion").attributes["output.value"]).toBe("Madrid is at 31 degrees.");
  });

  it("where what is answered cannot be read", async () => {
    const warnings = traceOwn();
    const answer = throwing("choices");

    expect(await new Completions(Promise.resolve(answer)).create(ASK)).toBe(answer);

    await expect.poll(() => traces.tree()).toBe("LLM ChatCompletion  OK");
    expect(warnings).toEqual(["vitrine: a piece of an answer could not be read"]);
  });

  it("where no piece of a stream can be read", async () => {
    const warnings = traceOwn();
    const pieces = [throwing("choices"), throwing("choices"), throwing("choices")];
    const stream = {
      controller: new AbortController(),
      async *iterator(): AsyncGenerator<object> {
        yield* pieces;
      },
      [Symbol.asyncIterator](): AsyncIterator<object> {
        return this.iterator();
      },
    };
    new Completions(stream).create(ASK);

    expect(await readAll(stream)).toEqual(pieces);

    await expect.poll(() => traces.tree()).toBe("LLM ChatCompletion  OK");
    expect(warnings).toEqual(["vitrine: a piece of an answer could not be read"]);
  });

  it("where the client cannot be asked who it is", async () => {
    const warnings = traceOwn();
    const completions = new Completions(Promise.resolve(fixture.completion));
    Object.defineProperty(completions, "_client", { get: () => throwing("baseURL") });

    expect(await completions.create(ASK)).toBe(fixture.completion);

    await expect.poll(() => traces.tree()).toBe("LLM ChatCompletion  OK");
    expect(warnings.length).toBe(1);
  });

  it("where the mask fails, which is one a value", async () => {
    const { client } = await startClient(answerBoth(fixture));
    const on = instrumentOpenAI(OpenAI, undefined, {
      traceConfig: {
        mask: (key, value) => {
          if (key === "input.value") throw new RangeError("no");
          return value;
        },
      },
    });
    const warnings = keepWarnings();
    onTestFinished(() => {
      on.uninstrument();
      diag.disable();
    });

    await client.chat.completions.create(ASK);

    expect(warnings).toEqual(['vitrine: the attribute "input.value" could not be masked, and is left out']);
    expect(traces.span("ChatCompletion").attributes).not.toHaveProperty("input.value");
  });
});

it.each([
  ["nothing", null],
  ["texts in the place of objects", { id: 1, choices: ["x", null, { delta: "x", message: 7 }], usage: "many" }],
  ["calls of any shape", { choices: [{ delta: { tool_calls: [null, {}, { function: "f", index: "0" }] } }] }],
  ["a list", [1, 2]],
])("reads what no server should send, without a warning: %s", async (_name, piece) => {
  const { client } = await startClient((response) => sendEvents(response, [piece]));
  const warnings = keepWarnings();
  onTestFinished(() => diag.disable());

  const pieces = await readAll(await client.chat.completions.create({ ...ASK, stream: true })).catch(() => []);

  expect([traces.spans().length, warnings, pieces.length <= 1]).toEqual([1, [], true]);
});
