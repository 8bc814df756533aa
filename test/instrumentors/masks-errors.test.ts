import { REDACTED_VALUE } from "@arizeai/openinference-core";
import { diag } from "@opentelemetry/api";
import { afterEach, describe, expect, it } from "vitest";
import { AttributeList } from "../../instrumentors/shared/attribute-list.ts";
import { maskAttributes, maskEach, maskEvent, maskStatusMessage } from "../../instrumentors/shared/masks.ts";
import { type Mask, resolveTraceConfig } from "../../instrumentors/shared/trace-config.ts";
import { keepWarnings } from "../support/warnings.ts";

const hideSecret: Mask = (_key, value) => String(value).replaceAll("secret", "***");
const failAtInput: Mask = (key, value) => {
  if (key === "input.value") throw new Error("no such card");
  return value;
};
const failAtSecond: Mask = (_key, value) => {
  if (value === "card 1") throw new Error("no such card");
  return value;
};
const hideCards: Mask = (key, value) => {
  if (key === "output.value") return undefined;
  return typeof value === "string" ? value.replace(/\d{4}/, "****") : value;
};

afterEach(() => diag.disable());

describe("mask", () => {
  const attributes = { "input.value": "my card is 1234", "output.value": "ok", "vitrine.max_steps": 3 };

  it("changes or drops what the other masks left", () => {
    expect(maskAttributes(attributes, resolveTraceConfig({ mask: hideCards }, {}))).toEqual({
      "input.value": "my card is ****",
      "vitrine.max_steps": 3,
    });
    const seen: unknown[] = [];
    const watching: Mask = (_key, value) => {
      seen.push(value);
      return value;
    };
    maskAttributes(attributes, resolveTraceConfig({ hideInputs: true, mask: watching }, {}));
    expect(seen).toEqual([REDACTED_VALUE, "ok", 3]);
  });

  it("drops an attribute with one warning when it throws", () => {
    const warnings = keepWarnings();
    expect(maskAttributes(attributes, resolveTraceConfig({ mask: failAtInput }, {}))).toEqual({
      "output.value": "ok",
      "vitrine.max_steps": 3,
    });
    expect(warnings).toEqual([expect.stringContaining("input.value")]);
  });

  it("drops no message behind the one for which it throws", () => {
    const warnings = keepWarnings();
    const said = new AttributeList();
    for (const index of [0, 1, 2]) said.add(`llm.input_messages.${index}.message.content`, `card ${index}`);
    const taken: unknown[] = [];
    maskEach(said, resolveTraceConfig({ mask: failAtSecond }, {}), (_key, value) => taken.push(value));
    expect(taken).toEqual(["card 0", "card 2"]);
    expect(warnings).toEqual([expect.stringContaining("llm.input_messages.1.message.content")]);
  });
});

describe("an error", () => {
  const exception = {
    "exception.type": "RangeError",
    "exception.message": "too far: secret",
    "exception.stacktrace": "RangeError: too far: secret\n    at secret.ts",
  };
  const error = new RangeError("too far: secret");

  it.each([{ hideInputs: true }, { hideOutputs: true }])("keeps only its type under %o", (options) => {
    const config = resolveTraceConfig(options, {});
    expect(maskEvent(exception, config)).toEqual({
      "exception.type": "RangeError",
      "exception.message": REDACTED_VALUE,
      "exception.stacktrace": REDACTED_VALUE,
    });
    expect(maskStatusMessage(error, config)).toBe(`RangeError: ${REDACTED_VALUE}`);
  });

  it("is told under every other mask", () => {
    const config = resolveTraceConfig({ hideInputText: true, hideOutputMessages: true }, {});
    expect(maskEvent(exception, config)).toBe(exception);
    expect(maskStatusMessage(error, config)).toBe("RangeError: too far: secret");
  });

  it("is seen by the function, its status message too", () => {
    const config = resolveTraceConfig({ mask: hideSecret }, {});
    expect(JSON.stringify(maskEvent(exception, config))).not.toContain("secret");
    expect(maskStatusMessage(error, config)).toBe("RangeError: too far: ***");
    expect(maskStatusMessage(error, resolveTraceConfig({ mask: () => undefined }, {}))).toBe("RangeError");
  });

  it("that went back to the model keeps only its type too", () => {
    const recovery = { type: "ToolExecutionError", message: "secret", severity: "expected", attempt: 2 };
    expect(maskEvent(recovery, resolveTraceConfig({ hideOutputs: true }, {}))).toEqual({
      ...recovery,
      message: REDACTED_VALUE,
    });
  });
});
