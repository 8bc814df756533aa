import { spawnSync } from "node:child_process";
import { accessSync, constants } from "node:fs";

/** As containers do: processes are counted anew, from 1. What dies outside takes what is inside with it. */
const ISOLATE = ["--pid", "--fork", "--mount-proc", "--kill-child=SIGKILL"] as const;
/** Root needs no more; others may be root in a space of users of their own. */
const COMMANDS = [
  ["unshare", ...ISOLATE],
  ["unshare", "--user", "--map-root-user", ...ISOLATE],
] as const;

/** The command that gives a program a table of processes of its own; undefined where the system lets us have none. */
const isolate = COMMANDS.find(([command, ...args]) => spawnSync(command, [...args, "true"]).status === 0);

/** Whether the system lets a program have a table of processes of its own. */
export const canIsolate = isolate !== undefined;

/** Is the file that says which process id was given last, so that the next one is the one behind it. */
export const LAST_PID = "/proc/sys/kernel/ns_last_pid";

/** Whether a process can be given the id that another one had. */
export const canChoosePid = canIsolate && isWritable(LAST_PID);

/** Gives the command, and its arguments, that starts a program as the first process of a container. Errors: an Error where the system has none. */
export function isolated(program: readonly string[]): [command: string, args: string[]] {
  if (isolate === undefined) throw new Error("This system has no unshare that works.");
  const [command, ...args] = isolate;
  return [command, [...args, ...program]];
}

function isWritable(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}
