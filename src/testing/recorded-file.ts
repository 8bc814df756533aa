import { appendFileSync, mkdirSync, readFileSync } from "node:fs";
import { dirname } from "node:path";
import { toJson } from "../describe.ts";
import { ConfigurationError, toError } from "../errors.ts";
import { isRecordedCall, type RecordedCall } from "./recorded-call.ts";
import { isTree, parseJson } from "./trace-attributes.ts";

/** Makes the file with its folder, if it is not there. Errors: ConfigurationError where nothing can be written. */
export function prepareRecording(file: string): void {
  inFile(file, "written", () => {
    mkdirSync(dirname(file), { recursive: true });
    appendFileSync(file, "");
  });
}

/**
 * Appends a call as one line of JSON. Whole lines at once: calls that end at the same time do not mix.
 *
 * `startedAt`: milliseconds since the epoch. Errors: ConfigurationError where nothing can be written.
 */
export function appendCall(file: string, call: RecordedCall & { readonly startedAt: number }): void {
  inFile(file, "written", () => appendFileSync(file, `${toJson(call) ?? "{}"}\n`));
}

/**
 * Reads the calls of a file in the order in which they were made. A last line that is still being written is left out.
 *
 * Errors: ConfigurationError when the file cannot be read, or a line of it is no call.
 */
export function readCalls(file: string): RecordedCall[] {
  const lines = inFile(file, "read", () => readFileSync(file, "utf8")).split("\n");
  const calls = lines
    .slice(0, -1)
    .flatMap((line, index) => (line.trim() === "" ? [] : readCall(line, { file, index })));
  return calls.toSorted((left, right) => left.startedAt - right.startedAt).map(({ call }) => call);
}

function readCall(line: string, { file, index }: { readonly file: string; readonly index: number }) {
  const call = parseJson(line);
  if (!isRecordedCall(call)) {
    throw new ConfigurationError(
      `Line ${index + 1} of ${file} is no recorded model call. RecordedModel.record(model, file) writes such files; for a trace there is RecordedModel.fromTrace.`,
    );
  }
  const startedAt = isTree(call) ? call["startedAt"] : undefined;
  return { call, startedAt: typeof startedAt === "number" ? startedAt : 0 };
}

function inFile<T>(file: string, done: "read" | "written", work: () => T): T {
  try {
    return work();
  } catch (cause) {
    const message = `The recording ${file} cannot be ${done}: ${toError(cause).message}`;
    throw new ConfigurationError(message, { cause });
  }
}
