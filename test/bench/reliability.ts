import { runScenario, type ScenarioResult } from "../reliability/run-scenario.ts";
import { type Scenario, SCENARIOS } from "../reliability/scenarios.ts";
import { table } from "./statistics.ts";

const REPEATS = 3;
/** They wait most of the time. Those that measure bursts run alone. */
const AT_ONCE = 6;

interface Row {
  readonly scenario: Scenario;
  readonly stock: readonly ScenarioResult[];
  readonly vitrine: readonly ScenarioResult[];
}

const wanted = process.argv.slice(2);
const scenarios = SCENARIOS.filter(({ id }) => wanted.length === 0 || wanted.includes(id));
const rows: Row[] = [];
const quiet = scenarios.filter(({ rate, burst = 0 }) => rate < 200 && burst === 0);
for (const scenario of scenarios.filter((each) => !quiet.includes(each))) rows.push(await measure(scenario));
for (let from = 0; from < quiet.length; from += AT_ONCE) {
  rows.push(...(await Promise.all(quiet.slice(from, from + AT_ONCE).map(measure))));
}
rows.sort((a, b) => SCENARIOS.indexOf(a.scenario) - SCENARIOS.indexOf(b.scenario));

process.stdout.write(
  `${table([
    ["", "scenario", "produced", "stock: lost", "Vitrine: delivered", "twice", "lost", "left out"],
    ...rows.map(({ scenario, stock, vitrine }) => [
      scenario.id,
      scenario.title,
      range(vitrine, "produced"),
      range(stock, "lost"),
      range(vitrine, "delivered"),
      range(vitrine, "twice"),
      range(vitrine, "lost"),
      range(vitrine, "leftOut"),
    ]),
  ])}\n`,
);
const broken = rows.filter(({ scenario, vitrine }) => vitrine.some(({ lost }) => lost > allowed(scenario)));
for (const { scenario } of broken) {
  process.stdout.write(`Not kept: what ended is delivered (${scenario.id}, ${scenario.title}).\n`);
}
process.exitCode = broken.length === 0 ? 0 : 1;

async function measure(scenario: Scenario): Promise<Row> {
  const stock: ScenarioResult[] = [];
  const vitrine: ScenarioResult[] = [];
  for (let repeat = 0; repeat < REPEATS; repeat += 1) {
    stock.push(await runScenario(scenario, { by: "stock" }));
    vitrine.push(await runScenario(scenario, { by: "vitrine" }));
  }
  return { scenario, stock, vitrine };
}

/** The one span that no collector takes: it lies in the spool, with the reason. */
function allowed({ refuses }: Scenario): number {
  return refuses === "the huge one" ? 1 : 0;
}

function range(
  results: readonly ScenarioResult[],
  key: "produced" | "delivered" | "twice" | "lost" | "leftOut",
): string {
  const values = results.map((result) => result[key]);
  const [least, most] = [Math.min(...values), Math.max(...values)];
  return least === most ? `${least}` : `${least}–${most}`;
}
