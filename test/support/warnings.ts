import { diag, DiagLogLevel } from "@opentelemetry/api";

const ignore = (): void => {};

/** Keeps the messages of `diag.warn` from now on. Switch it off with `diag.disable()`. */
export function keepWarnings(): string[] {
  const warnings: string[] = [];
  diag.setLogger(
    { warn: (message) => warnings.push(message), error: ignore, info: ignore, debug: ignore, verbose: ignore },
    { logLevel: DiagLogLevel.WARN, suppressOverrideMessage: true },
  );
  return warnings;
}
