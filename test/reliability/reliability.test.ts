import { describe, expect, it } from "vitest";
import { runScenario } from "./run-scenario.ts";
import { SCENARIOS } from "./scenarios.ts";
import { reasonOf, storiesOf, storyOf } from "./story.ts";

/** A twentieth of the times, and a tenth of the bursts: the whole is measured by `npm run bench:reliability`. */
const SCALE = 0.05;

describe("a span that ended", () => {
  it.each(SCENARIOS.map((scenario) => [scenario.id, scenario.title, scenario] as const))(
    "is delivered, and people are told what they have to know: %s, %s",
    async (_id, _title, scenario) => {
      const burst = scenario.burst === undefined ? {} : { burst: scenario.burst / 10 };
      const result = await runScenario({ ...scenario, ...burst }, { by: "vitrine", scale: SCALE });
      const { said, rejected, lostIds } = result;
      expect(result.lost).toBe(scenario.refuses === "the huge one" ? 1 : 0);
      expect(result.delivered + result.leftOut + result.lost).toBe(result.produced);
      expect(result.produced).toBeGreaterThan(0);
      expect(result.leftOut > 0).toBe(scenario.refuses === "ten of each batch");
      // What no collector takes is kept and named, and nothing else.
      const { fault } = scenario;
      const reason = fault?.kind === "refuses the huge" ? `${fault.status}` : "";
      expect(rejected).toEqual(lostIds.map((id) => ({ spanId: id, reason, kept: [id] })));
      expect(storiesOf(scenario)).toContain(storyOf(said));
      for (const line of said.filter((each) => storyOf([each]) === "fails")) expect(line).toMatch(reasonOf(scenario));
    },
  );
});
