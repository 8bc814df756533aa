import { AgentInstrumentor, instrument, instrumentOpenAI } from "vitrine/instrumentors";
import OpenAI from "openai";
import { afterEach, describe, expect, it, onTestFinished, vi } from "vitest";
import { checkOptions, checkProvider } from "../../instrumentors/shared/check-options.ts";
import { resolveTraceConfig } from "../../instrumentors/shared/trace-config.ts";

afterEach(() => vi.unstubAllEnvs());

/** What a program in JavaScript, or a file, may say. */
function check(options: object): void {
  checkOptions(options);
}

describe("what an instrumentor is told", () => {
  it.each([
    [{ traceConfig: { hideInput: true } }, 'traceConfig has no "hideInput": it is written hideInputs.'],
    [{ traceConfig: { hide_inputs: true } }, 'traceConfig has no "hide_inputs": it is written hideInputs.'],
    [{ traceConfig: { secrets: true } }, 'traceConfig has no "secrets": it may hold hideInputs, '],
    [{ traceConfig: { hideInputs: "yes" } }, 'traceConfig.hideInputs must be a boolean, and is "yes".'],
    [{ traceConfig: { mask: "x" } }, 'traceConfig.mask must be a function, and is "x".'],
    [{ traceConfig: "hideInputs" }, 'traceConfig must be an object, and is "hideInputs".'],
    [{ hideInputs: true }, "hideInputs belongs into traceConfig"],
    [{ semconv: "genai" }, 'semconv must be one of openinference, gen_ai, both, and is "genai".'],
    [{ messages: "all" }, 'messages must be one of budget, full, delta, and is "all".'],
    [{ maxSpanBytes: -1 }, "maxSpanBytes must be a number above 0, and is -1."],
    [{ maxSpanByte: 1 }, '"maxSpanByte" is no option of an instrumentor.'],
  ])("is refused when it is %j", (options, said) => {
    expect(() => check(options)).toThrow(said);
  });

  it("may be nothing, or all of it", () => {
    expect(() => check({})).not.toThrow();
    expect(() => check({ traceConfig: { hideInputs: false, mask: undefined }, semconv: "both" })).not.toThrow();
  });

  it("is looked at by both instrumentors, and leaves things as they were", () => {
    const options: object = { traceConfig: { hideInput: true } };
    expect(() => instrument(undefined, options)).toThrow("hideInputs");
    expect(() => new AgentInstrumentor(options)).toThrow("hideInputs");
    expect(() => instrumentOpenAI(OpenAI, undefined, options)).toThrow("hideInputs");
    expect(instrument().isEnabled()).toBe(true);
    instrument().uninstrument();
  });

  it("is no tracer provider when it is options", () => {
    expect(() => checkProvider({ semconv: "both" })).toThrow("The provider comes first, options second");
  });

  it("warns of a variable that hides nothing", () => {
    const warned = vi.spyOn(process, "emitWarning").mockReturnValue(undefined);
    onTestFinished(() => warned.mockRestore());
    expect(resolveTraceConfig({}, { OPENINFERENCE_HIDE_INPUTS: "1" }).hideInputs).toBe(false);
    expect(warned.mock.calls[0]?.[0]).toBe(
      'OPENINFERENCE_HIDE_INPUTS is "1", which hides nothing: it must be true or false.',
    );
  });
});
