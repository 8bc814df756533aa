import { describe, expect, it } from "vitest";
import type { ActionStep, RunResult } from "vitrine";
import { importExample } from "./import-example.ts";

const { poor, good } = await importExample(async () => import("../../examples/weather.ts"));

describe("the weather tool, written well", () => {
  it("names the format that a bad date lacks, and the model's next date has it", () => {
    const [first, second] = actions(good);
    expect(first?.toolCalls[0]?.arguments).toMatchObject({ date_time: "12/25/2026 10:00" });
    expect(first?.error).toEqual({
      type: "ToolExecutionError",
      message: expect.stringContaining("\"12/25/2026 10:00\" is not in the format '%m/%d/%y %H:%M:%S'."),
    });
    expect(second?.toolCalls[0]?.arguments).toMatchObject({ date_time: "12/25/26 10:00:00" });
    expect(second?.error).toBeUndefined();
  });

  it("has the model read the error before it asks again", () => {
    const [, second] = actions(good);
    expect(second?.modelInput.at(-1)).toMatchObject({
      role: "tool",
      content: expect.stringMatching(/^Error:\n.*is not in the format '%m\/%d\/%y %H:%M:%S'/),
    });
  });

  it("reports in words, with units, beside what it logged", () => {
    expect(actions(good)[1]?.observations[0]?.text).toBe(
      "Asked the station at 3.3, -42.\nWeather report for Anchor Point, Taghazout, Morocco, 12/25/26 10:00:00: Temperature will be 28.0°C, risk of rain is 35%, wave height is 0.85m.",
    );
  });

  it("takes three steps", () => {
    expect(good).toMatchObject({ stopReason: "final-answer", output: expect.stringContaining("0.85 m") });
    expect(actions(good)).toHaveLength(3);
  });
});

describe("the weather tool, written poorly", () => {
  it("fails for every date but one, and never says why", () => {
    const failures = actions(poor).flatMap(({ error }) => error?.message ?? []);
    expect(failures).toEqual(Array(3).fill('Tool "get_weather_api" failed: Invalid date'));
  });

  it("gives numbers that say nothing of themselves", () => {
    expect(actions(poor)[3]?.observations[0]?.text).toBe("[28,0.35,0.85]");
  });

  it("takes five steps", () => {
    expect(poor?.stopReason).toBe("final-answer");
    expect(actions(poor)).toHaveLength(5);
  });
});

function actions(result: RunResult | undefined): ActionStep[] {
  return result?.steps.filter((step) => step.type === "action") ?? [];
}
