import { ConfigurationError } from "../errors.ts";
import { MAX_TIMEOUT_MS } from "./call-in-time.ts";

interface ToolLimits {
  readonly name: string;
  readonly timeoutMs?: number | undefined;
  readonly maxCalls?: number | undefined;
}

/** Throws a ConfigurationError for a `timeoutMs` that no timer can keep, and for a `maxCalls` that counts nothing. */
export function assertToolLimits({ name, timeoutMs, maxCalls }: ToolLimits): void {
  if (timeoutMs !== undefined && !(timeoutMs > 0 && timeoutMs <= MAX_TIMEOUT_MS)) {
    throw new ConfigurationError(
      `timeoutMs of tool "${name}" is ${timeoutMs}; it must be more than 0 and at most ${MAX_TIMEOUT_MS} milliseconds. Leave it out to wait for ever.`,
    );
  }
  if (maxCalls === undefined || (Number.isInteger(maxCalls) && maxCalls >= 0)) return;
  throw new ConfigurationError(
    `maxCalls of tool "${name}" is ${maxCalls}; it must be a whole number, 0 or more. Leave it out for no limit.`,
  );
}
