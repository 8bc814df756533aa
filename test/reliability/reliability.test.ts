import { describe, expect, it } from "vitest";
import { runScenario } from "./run-scenario.ts";
import { SCENARIOS } from "./scenarios.ts";

/** A twentieth of the times, and a tenth of the bursts: the whole is measured by `npm run bench:reliability`. */
const SCALE = 0.05;

describe("a span that ended", () => {
  it.each(SCENARIOS.map((scenario) => [scenario.id, scenario.title, scenario] as const))(
    "is delivered: %s, %s",
    async (_id, _title, scenario) => {
      const burst = scenario.burst === undefined ? {} : { burst: scenario.burst / 10 };
      const result = await runScenario({ ...scenario, ...burst }, { by: "vitrine", scale: SCALE });
      expect(result.lost).toBe(scenario.refuses === "the huge one" ? 1 : 0);
      expect(result.delivered + result.leftOut + result.lost).toBe(result.produced);
      expect(result.produced).toBeGreaterThan(0);
    },
  );
});
