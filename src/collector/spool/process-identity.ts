import { readFileSync, readlinkSync } from "node:fs";
import { hostname } from "node:os";
import { threadId } from "node:worker_threads";

/** Tells one process from every other one, of this machine and of others. */
export interface ProcessIdentity {
  readonly pid: number;
  readonly host: string;
  /** The start of the machine and the container's table of processes: within one, a process id can be looked up. "" where there is none. */
  readonly space: string;
  /** When the process began, in the kernel's ticks: a process id that is used again has another one. "" where it cannot be known. */
  readonly begin: string;
  /** 0 for the main thread: a worker may end long before its process. */
  readonly thread: number;
}

/** Longer than several beats that were missed by a busy machine. */
const LEASE_MS = 60_000;

/** Gives the identity of this process. */
export function identifyProcess(): ProcessIdentity {
  return { pid: process.pid, host: hostname(), space: processSpace(), begin: beginOf(process.pid), thread: threadId };
}

/**
 * Says whether a process may still be writing.
 *
 * What can be looked up is: exactly, also when its id has been given to another process, and when it stands still. A process of another
 * machine or container, and another worker of this process, count as alive for as long as their lock was touched within the last minute.
 */
export function mayBeAlive(identity: ProcessIdentity, untouchedMs: number): boolean {
  if (identity.host !== hostname() || identity.space !== processSpace()) return untouchedMs < LEASE_MS;
  if (!isRunning(identity.pid)) return false;
  if (identity.pid === process.pid && isOtherWorker(identity.thread)) return untouchedMs < LEASE_MS;
  const begin = beginOf(identity.pid);
  return begin === "" || identity.begin === "" ? untouchedMs < LEASE_MS : begin === identity.begin;
}

function isOtherWorker(thread: number): boolean {
  return thread > 0 && thread !== threadId;
}

function isRunning(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // Of another user's process one only learns that it is there.
    return error instanceof Error && "code" in error && error.code === "EPERM";
  }
}

/** Linux: the 22nd field; the second one, a name in brackets, may hold spaces. */
function beginOf(pid: number): string {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, "latin1");
    return stat.slice(stat.lastIndexOf(")") + 2).split(" ")[19] ?? "";
  } catch {
    return "";
  }
}

function processSpace(): string {
  try {
    return `${readFileSync("/proc/sys/kernel/random/boot_id", "latin1").trim()} ${readlinkSync("/proc/self/ns/pid")}`;
  } catch {
    return "";
  }
}
