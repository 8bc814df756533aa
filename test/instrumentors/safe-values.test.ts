import type { Attributes } from "@opentelemetry/api";
import { describe, expect, it } from "vitest";
import { maskAttributes } from "../../instrumentors/shared/masks.ts";
import { resolveTraceConfig } from "../../instrumentors/shared/trace-config.ts";

const config = resolveTraceConfig({}, {});

/** What is exported for a value that a caller who heeds no types has put into an attribute. */
function exported(value: unknown, key = "output.value"): unknown {
  const attributes: Attributes = {};
  Object.defineProperty(attributes, key, { value, enumerable: true });
  return maskAttributes(attributes, config)[key];
}

const cyclic: unknown[] = [];
cyclic.push({ cyclic });
const revoked = Proxy.revocable([], {});
revoked.revoke();
const hostile = new Proxy(
  {},
  {
    get: () => {
      throw new Error("no");
    },
    getPrototypeOf: () => {
      throw new Error("no");
    },
  },
);

describe("a value", () => {
  it.each<[string, unknown, unknown]>([
    ["a text", "née 😀", "née 😀"],
    ["a text with half a character", "a\ud800b", "a\ufffdb"],
    ["a text with NUL", "a\0b", "a␀b"],
    ["a list of texts", ["a\0", "\udc00"], ["a␀", "\ufffd"]],
    ["a list of texts that need nothing", ["a", "b"], ["a", "b"]],
    ["a list of numbers", [1, 2.5], [1, 2.5]],
    ["a list of all sorts", ["a", 1, null, 2n], ["a", "1", "null", "2"]],
    ["a number", 1.5, 1.5],
    ["a number that is none", Number.NaN, undefined],
    ["a number without end", Number.POSITIVE_INFINITY, undefined],
    ["a small big integer", 10n, 10],
    ["a big integer", 2n ** 70n, "1180591620717411303424"],
    ["a number that takes more than 64 bits", 1e30, "1e+30"],
    ["a list with such a number", [1, 1e30], ["1", "1e+30"]],
    ["false", false, false],
    ["null", null, undefined],
    ["an object", { a: 1, b: 2n }, '{"a":1,"b":"2"}'],
    ["a date", new Date(0), '"1970-01-01T00:00:00.000Z"'],
    ["bytes", new Uint8Array(3), "[3 bytes]"],
    ["a symbol", Symbol("s"), "Symbol(s)"],
    ["a function", String, "[Function: String]"],
    ["an error", new RangeError("too far"), "RangeError: too far"],
    ["a list that is no more", revoked.proxy, "[a value that cannot be shown]"],
    ["an object that answers no question", hostile, "[a value that cannot be shown]"],
  ])("is described when it is %s", (_name, value, expected) => {
    expect(exported(value)).toEqual(expected);
  });

  it("is described when it holds itself", () => {
    expect(exported({ cyclic })).toContain("[Circular");
  });

  it("is left out when it throws as it is read, and its neighbours are not", () => {
    const attributes = {
      "input.value": "before",
      get "output.value"(): string {
        throw new Error("no");
      },
      "agent.name": "after",
    };
    expect(maskAttributes(attributes, config)).toEqual({ "input.value": "before", "agent.name": "after" });
  });

  it("is cut in the middle when it is endless, and says so", () => {
    const text = `start${"x".repeat(3_000_000)}end`;
    const cut = String(exported(text));
    expect(cut.length).toBeLessThan(1_100_000);
    expect(cut).toMatch(/^startx+\n… \[\d+ characters were cut out here\] …\nx+end$/);
  });
});

describe("a number in JSON", () => {
  const json = String.raw`{"a":1e30,"b":[-1.5e300,12345678901234567890123,9007199254740991,-0.5e-3],"c":"\"1e30"}`;
  const safe = String.raw`{"a":"1e30","b":["-1.5e300","12345678901234567890123",9007199254740991,-0.5e-3],"c":"\"1e30"}`;

  it.each(["metadata", "tool.parameters"])("is a text in %s when it takes more than 64 bits", (key) => {
    expect(exported(json, key)).toBe(safe);
  });

  it("is left as it is where it is only text", () => {
    expect(exported(json, "output.value")).toBe(json);
  });
});

describe("what would cost the span in Phoenix", () => {
  it.each(["llm.token_count.prompt", "llm.token_count.completion", "gen_ai.usage.input_tokens"])(
    "is left out when it is a count of more than 30 bits: %s",
    (key) => {
      expect([exported(2 ** 30 - 1, key), exported(2 ** 30, key)]).toEqual([2 ** 30 - 1, undefined]);
    },
  );

  it.each(["session.id", "user.id"])("is cut when it is a long %s", (key) => {
    expect(exported("é".repeat(5_000), key)).toBe("é".repeat(800));
  });
});

describe("an escape in JSON", () => {
  const json = String.raw`{"a":"\u0000","b":"\ud800 \udc00","c":"\ud83d\ude00","d":"\\u0000","e":"\n"}`;
  const safe = String.raw`{"a":"␀","b":"� �","c":"\ud83d\ude00","d":"\\u0000","e":"\n"}`;

  it.each(["metadata", "tool.parameters", "llm.prompt_template.variables", "gen_ai.input.messages"])(
    "is made safe in %s, which backends parse",
    (key) => {
      expect(exported(json, key)).toBe(safe);
    },
  );

  it("is left as it is where it is only text", () => {
    expect(exported(json, "output.value")).toBe(json);
  });
});

/** What is exported of messages, in the words of the GenAI conventions. */
function messagesOf(texts: readonly string[]): string {
  const messages = texts.map((content) => ({ role: "user", parts: [{ type: "text", content }] }));
  return String(exported(JSON.stringify(messages), "gen_ai.input.messages"));
}

describe("JSON that is longer than a text may be", () => {
  it("has its longest texts cut, and stays JSON", () => {
    const json = messagesOf(["x".repeat(2_000_000), "short"]);
    expect(json.length).toBeLessThan(1_048_577);
    expect(JSON.parse(json)).toEqual([
      {
        role: "user",
        parts: [{ type: "text", content: expect.stringMatching(/^x+\n… .* were cut out here\] …\nx+$/) }],
      },
      { role: "user", parts: [{ type: "text", content: "short" }] },
    ]);
  });

  it("keeps the newest of messages that are too many", () => {
    const texts = Array.from({ length: 5000 }, (_, index) => `${index} ${"x".repeat(999)}`);
    const messages: unknown[] = JSON.parse(messagesOf(texts));
    expect(messages.length).toBe(625);
    expect(JSON.stringify(messages.at(-1))).toContain('"4999 x');
  });

  it("is a text that is cut where it is none", () => {
    expect(exported(`[${"x".repeat(2_000_000)}`, "gen_ai.input.messages")).toContain("were cut out here");
  });
});
