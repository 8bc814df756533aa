import { runCommand } from "./child-process.ts";

const CANDIDATES = ["python3", "python3.14", "python3.13", "python3.12", "python3.11", "python3.10", "python"];
const PROBE = "import sys, venv, ensurepip; print('%d.%d' % sys.version_info[:2])";
const PROBE_LIMIT_MS = 20_000;
const OLDEST_MINOR = 10;
const NEWEST_MINOR = 14;

/**
 * Finds a Python that Phoenix can be installed with: 3.10 to 3.14, with the modules `venv` and `ensurepip`.
 *
 * Errors: an Error that says of each Python on the PATH why it will not do, and what to install.
 */
export async function findPython(): Promise<string> {
  const refusals: string[] = [];
  for (const candidate of CANDIDATES) {
    const refusal = await refuse(candidate);
    if (refusal === undefined) return candidate;
    if (refusal !== "absent") refusals.push(`${candidate}: ${refusal}`);
  }
  const seen = refusals.length > 0 ? ` (${refusals.join("; ")})` : "";
  throw new Error(`There is no Python 3.${OLDEST_MINOR} to 3.${NEWEST_MINOR} on the PATH${seen}. Install one.`);
}

/** Says what is wrong with a Python, or nothing. */
async function refuse(candidate: string): Promise<string | undefined> {
  try {
    const version = (await runCommand([candidate, "-I", "-c", PROBE], { timeoutMs: PROBE_LIMIT_MS })).trim();
    const [major, minor] = version.split(".").map(Number);
    const fits = major === 3 && minor !== undefined && minor >= OLDEST_MINOR && minor <= NEWEST_MINOR;
    return fits ? undefined : `is ${version}`;
  } catch (error) {
    const message = String(error);
    if (message.includes("ENOENT")) return "absent";
    if (/No module named '(venv|ensurepip)'/.test(message))
      return "lacks venv (on Debian: apt-get install python3-venv)";
    return "does not run";
  }
}
