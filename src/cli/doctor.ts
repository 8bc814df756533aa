import { diagnose } from "../collector/doctor/diagnose.ts";
import type { CommandHelp } from "./command-help.ts";
import { readArguments } from "./read-arguments.ts";

/** Says how `vitrine doctor` is called. */
export const DOCTOR_HELP: CommandHelp = {
  synopsis: "doctor [--endpoint URL] [--spool FOLDER]",
  does: "looks at everything that spans pass on their way, and says what is wrong",
  args: {
    "--endpoint URL": "the collector to look at; if absent, the one that the environment names",
    "--spool FOLDER": "the spool to look at; if absent VITRINE_SPOOL, else .vitrine/spool",
  },
};

const MARKS = { ok: "ok   ", fault: "FAULT", note: "note " } as const;

/** Prints what `vitrine doctor` finds, and a verdict; gives 1 when there is a fault. Errors: rejects for unknown arguments. */
export async function doctor(args: string[]): Promise<number> {
  const options = { endpoint: { type: "string" }, spool: { type: "string" } } as const;
  const { values } = readArguments("doctor", { args, options });
  const faults: string[] = [];
  const sound: string[] = [];
  // The sockets of a delivery keep no process alive, and here there is nothing else.
  const alive = setInterval(() => {}, 1_000);
  for await (const { name, verdict, said } of diagnose(
    { endpoint: values.endpoint, directory: values.spool },
    process.env,
  )) {
    process.stdout.write(`${MARKS[verdict]}  ${name.padEnd(10)}  ${said}\n`);
    if (verdict === "fault") faults.push(name);
    if (verdict === "ok") sound.push(name);
  }
  clearInterval(alive);
  process.stdout.write(`\n${verdictOf(faults, sound)}\n`);
  return faults.length === 0 ? 0 : 1;
}

/** What was seen to arrive is not denied: the fault lies elsewhere. */
function verdictOf(faults: readonly string[], sound: readonly string[]): string {
  if (faults.length === 0) return "Spans arrive.";
  const hasArrived = sound.includes("send") && !faults.includes("read back");
  return hasArrived
    ? `The probe arrived, but not all is well here: see ${faults.join(", ")}.`
    : `Spans do not arrive: see ${faults.join(", ")}.`;
}
