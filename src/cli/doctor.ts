import { parseArgs } from "node:util";
import { diagnose } from "../collector/doctor/diagnose.ts";

const MARKS = { ok: "ok   ", fault: "FAULT", note: "note " } as const;

/** Prints what `vitrine doctor` finds, and a verdict; gives 1 when there is a fault. Errors: rejects for unknown arguments. */
export async function doctor(args: string[]): Promise<number> {
  const { values } = parseArgs({ args, options: { endpoint: { type: "string" }, spool: { type: "string" } } });
  const faults: string[] = [];
  for await (const { name, verdict, said } of diagnose(
    { endpoint: values.endpoint, directory: values.spool },
    process.env,
  )) {
    process.stdout.write(`${MARKS[verdict]}  ${name.padEnd(10)}  ${said}\n`);
    if (verdict === "fault") faults.push(name);
  }
  process.stdout.write(
    faults.length === 0 ? "\nSpans arrive.\n" : `\nSpans do not arrive: see ${faults.join(", ")}.\n`,
  );
  return faults.length === 0 ? 0 : 1;
}
