import { runScenario, type ScenarioResult } from "../reliability/run-scenario.ts";
import { type Scenario, SCENARIOS } from "../reliability/scenarios.ts";
import { KILL_LOOPS, type KillLoopResult, measureKillLoop } from "./kill-loops.ts";
import { table } from "./statistics.ts";

const REPEATS = 3;
/** They wait most of the time. Those that measure bursts run alone. */
const AT_ONCE = 6;

interface Row {
  readonly scenario: Scenario;
  readonly stock: readonly ScenarioResult[];
  readonly vitrine: readonly ScenarioResult[];
}

/** Ids of scenarios, and this word; all of them when nothing is named. */
const KILLS = "kills";

const wanted = process.argv.slice(2);
const isWanted = (name: string) => wanted.length === 0 || wanted.includes(name);
const broken = [
  ...(await measureScenarios(SCENARIOS.filter(({ id }) => isWanted(id)))),
  ...(isWanted(KILLS) ? await measureKills() : []),
];
for (const promise of broken) process.stdout.write(`Not kept: ${promise}\n`);
process.exitCode = broken.length === 0 ? 0 : 1;

/** Gives the promises that are not kept, as the other one does. */
async function measureScenarios(scenarios: readonly Scenario[]): Promise<string[]> {
  const rows: Row[] = [];
  const quiet = scenarios.filter(({ rate, burst = 0 }) => rate < 200 && burst === 0);
  for (const scenario of scenarios.filter((each) => !quiet.includes(each))) rows.push(await measure(scenario));
  for (let from = 0; from < quiet.length; from += AT_ONCE) {
    rows.push(...(await Promise.all(quiet.slice(from, from + AT_ONCE).map(measure))));
  }
  rows.sort((a, b) => SCENARIOS.indexOf(a.scenario) - SCENARIOS.indexOf(b.scenario));
  if (rows.length === 0) return [];
  print([
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
  ]);
  return rows
    .filter(({ scenario, vitrine }) => vitrine.some(({ lost }) => lost > allowed(scenario)))
    .map(({ scenario }) => `what ended is delivered (${scenario.id}, ${scenario.title}).`);
}

async function measureKills(): Promise<string[]> {
  const results: KillLoopResult[] = [];
  for (const loop of KILL_LOOPS) results.push(await measureKillLoop(loop));
  const columns = ["processes", "rounds", "ended", "lost", "twice", "sentForEver", "left"] as const;
  print([
    ["SIGKILL: processes", "rounds", "spans ended", "lost", "twice", "sent for ever", "files left"],
    ...results.map((result) => columns.map((key) => String(result[key]))),
  ]);
  return results.flatMap(({ processes, lost, sentForEver, left }) => [
    ...(lost > 0 ? [`what ended is delivered by the next start (SIGKILL, ${processes} at once).`] : []),
    ...(sentForEver > 0 ? [`what was delivered is not sent for ever (SIGKILL, ${processes} at once).`] : []),
    ...(left > 0 ? [`a later start leaves no folder (SIGKILL, ${processes} at once).`] : []),
  ]);
}

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

function print(rows: readonly (readonly string[])[]): void {
  process.stdout.write(`${table(rows)}\n\n`);
}
