import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setImmediate } from "node:timers/promises";
import { NodeTracerProvider, type TracerConfig } from "@opentelemetry/sdk-trace-node";
import { onTestFinished, vi } from "vitest";
import { SpoolSpanProcessor, type SpoolSpanProcessorOptions } from "../../src/collector/spool-span-processor.ts";

/** Makes a folder that is gone when the test ends. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), "vitrine-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

/** Makes a provider whose spans go through a spool of their own; it is shut down when the test ends. */
export function startSpoolProvider(options: SpoolSpanProcessorOptions, config: TracerConfig = {}) {
  const directory = temporaryFolder();
  const spool = typeof options.spool === "object" ? { directory, ...options.spool } : (options.spool ?? { directory });
  const processor = new SpoolSpanProcessor({ quiet: true, ...options, spool });
  const provider = new NodeTracerProvider({ ...config, spanProcessors: [processor] });
  onTestFinished(async () => {
    vi.useRealTimers();
    await processor.shutdown({ timeoutMs: 1 });
  });
  const tracer = provider.getTracer("test");
  return {
    directory,
    processor,
    provider,
    tracer,
    /** Begins and ends a span for each name. */
    end: (...names: readonly string[]) => {
      for (const name of names) tracer.startSpan(name).end();
    },
    /** Ends a span of about so many bytes. */
    endLarge: (name: string, bytes: number) =>
      tracer.startSpan(name, { attributes: { text: "x".repeat(bytes) } }).end(),
    /** Reads what lies in `rejected/`. */
    rejected: () => rejectedIn(directory),
  };
}

/** Sends what there is until an attempt has failed, and gives why it did. */
export async function firstFailure(processor: SpoolSpanProcessor): Promise<string> {
  void processor.forceFlush().catch(() => {});
  await until(() => processor.stats().lastError !== undefined);
  return processor.stats().lastError ?? "";
}

function rejectedIn(directory: string) {
  const folder = join(directory, "rejected");
  const files = readdirSync(folder).toSorted();
  return {
    files,
    facts: files
      .filter((file) => file.endsWith(".json"))
      .map((file): unknown => JSON.parse(readFileSync(join(folder, file), "utf8"))),
    requests: files.filter((file) => file.endsWith(".otlp")).map((file) => readFileSync(join(folder, file))),
  };
}

/** Keeps what is written to stderr from now on, until the test ends. */
export function keepStderr(): string[] {
  const lines: string[] = [];
  const spy = vi.spyOn(process.stderr, "write").mockImplementation((text) => {
    lines.push(String(text));
    return true;
  });
  onTestFinished(() => spy.mockRestore());
  return lines;
}

/** Sets variables of the environment until the test ends. */
export function stubEnv(variables: Readonly<Record<string, string | undefined>>): void {
  for (const [name, value] of Object.entries(variables)) vi.stubEnv(name, value);
  onTestFinished(() => void vi.unstubAllEnvs());
}

/** Takes the clock into the test's own hands, but for what HTTP and files wait for. */
export function holdTime(): void {
  vi.useFakeTimers({ toFake: ["setTimeout", "clearTimeout", "Date"] });
  onTestFinished(() => void vi.useRealTimers());
}

/** Has chance take nothing off a wait. The ids of spans are made by chance, too: from now on they are all the same. */
export function holdChance(): void {
  const random = vi.spyOn(Math, "random").mockReturnValue(0);
  onTestFinished(() => random.mockRestore());
}

/**
 * Lets a condition come true that files and sockets of this process bring about.
 *
 * Errors: when it is not true after 20 seconds.
 */
export async function until(isTrue: () => boolean): Promise<void> {
  const begin = performance.now();
  while (!isTrue()) {
    if (performance.now() - begin > 20_000) throw new Error(`Not true after 20 seconds: ${isTrue.toString()}`);
    await setImmediate();
  }
}
