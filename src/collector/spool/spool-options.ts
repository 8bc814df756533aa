import { join, resolve } from "node:path";
import { ConfigurationError } from "../../errors.ts";
import { ANYTHING, checkOptions, inWords, NAME, type Rule, SWITCH } from "../check-options.ts";
import type { Fsync } from "./file-segment.ts";

/** Says where and for how long ended spans are kept. All of it may be left out. */
export interface SpoolOptions {
  /** `VITRINE_SPOOL`, else `.vitrine/spool` in the working directory. */
  readonly directory?: string;
  /** Bytes that may lie in the folder of one process; 1 GiB if absent. Past it the oldest that was delivered goes first, then the oldest. */
  readonly maxBytes?: number;
  /** Milliseconds after which what was not delivered goes; a week if absent. */
  readonly maxAgeMs?: number;
  /**
   * When spans are written through to the disk: "never" (they survive the death of the process), "interval" (a loss of power takes the last
   * quarter of a second), "always" (nothing; half a millisecond a span). "never" if absent.
   */
  readonly fsync?: Fsync;
  /** Milliseconds for which what was delivered is kept, for the embedded window and for a backend that forgot; an hour if absent. */
  readonly retain?: number;
  /** Whether spans are noted when they start, so that the next process reports those that never ended as failed. False if absent. */
  readonly started?: boolean;
}

/** Is what a spool works with. */
export interface SpoolSettings {
  readonly directory: string;
  /** Spans live in memory, and are written down only when the process ends. */
  readonly inMemory: boolean;
  /** Of files. */
  readonly maxBytes: number;
  readonly maxAgeMs: number;
  readonly fsync: Fsync;
  readonly retainMs: number;
  readonly started: boolean;
}

const DEFAULT_MAX_BYTES = 1 << 30;
/** What is kept in memory, without a spool and when a disk refuses. */
export const MEMORY_MAX_BYTES = 24 << 20;
const WEEK_MS = 7 * 24 * 3_600_000;
const HOUR_MS = 3_600_000;
const FSYNC: readonly unknown[] = ["never", "interval", "always"] satisfies Fsync[];
const RULES = {
  directory: NAME,
  maxBytes: ANYTHING,
  maxAgeMs: ANYTHING,
  fsync: ANYTHING,
  retain: ANYTHING,
  started: SWITCH,
} satisfies Readonly<Record<keyof SpoolOptions, Rule>>;

/**
 * Works out what the spool does.
 *
 * Errors: ConfigurationError for what is neither a boolean nor an object, for a key that is not known, for a number that is none, or is not
 * above zero.
 */
export function resolveSpool(
  option: boolean | SpoolOptions = true,
  env: Readonly<Record<string, string | undefined>> = process.env,
): SpoolSettings {
  const options = typeof option === "boolean" ? {} : option;
  if (typeof option === "string") {
    throw new ConfigurationError(
      `spool must be true, false or an object, and is ${inWords(option)}: write spool: { directory: ${inWords(option)} }.`,
    );
  }
  checkOptions(options, RULES, { name: "spool" });
  const inMemory = option === false;
  const fsync = options.fsync ?? "never";
  if (!FSYNC.includes(fsync)) {
    throw new ConfigurationError(`spool.fsync must be "never", "interval" or "always", and is ${fsync}.`);
  }
  return {
    directory: resolve(options.directory ?? (env["VITRINE_SPOOL"] || join(".vitrine", "spool"))),
    inMemory,
    maxBytes: positive("maxBytes", options.maxBytes ?? DEFAULT_MAX_BYTES),
    maxAgeMs: positive("maxAgeMs", options.maxAgeMs ?? WEEK_MS),
    fsync,
    retainMs: options.retain === 0 ? 0 : positive("retain", options.retain ?? HOUR_MS),
    started: options.started ?? false,
  };
}

function positive(name: string, value: number): number {
  if (typeof value === "number" && value > 0) return value;
  throw new ConfigurationError(`spool.${name} must be a number above 0, and is ${String(value)}.`);
}
