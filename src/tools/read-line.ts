import { finished, type Readable } from "node:stream";
import { setImmediate } from "node:timers/promises";
import { abortError } from "../abort.ts";

/**
 * Reads one line of a stream, and leaves the rest in it; undefined if the stream is at its end.
 *
 * The stream is paused then, so that it does not keep the program alive. Not by node:readline, which drops what follows the line, and whose
 * pause comes too early for a piped stdin: Node reads on.
 * Errors: AgentAbortError; what the stream breaks with.
 */
export async function readLine(input: Readable, signal: AbortSignal): Promise<string | undefined> {
  if (!input.readable) return undefined;
  const pieces: Buffer[] = [];
  let stopListening: (() => void) | undefined;
  try {
    return await new Promise<string | undefined>((resolve, reject) => {
      const onReadable = (): void => {
        const chunk: Buffer | string | null = input.read();
        if (chunk === null) return;
        const { head, rest } = splitAtNewLine(chunk);
        pieces.push(Buffer.from(head));
        if (rest === undefined) return;
        stopListening?.();
        if (rest.length > 0) input.unshift(rest, input.readableEncoding ?? undefined);
        resolve(textOf(pieces));
      };
      const onAbort = (): void => reject(abortError(signal));
      const stopWaiting = finished(input, { writable: false }, (error) => {
        if (error && error.code !== "ERR_STREAM_PREMATURE_CLOSE") reject(error);
        else resolve(pieces.length === 0 ? undefined : textOf(pieces));
      });
      stopListening = () => {
        stopWaiting();
        signal.removeEventListener("abort", onAbort);
        input.off("readable", onReadable);
      };
      signal.addEventListener("abort", onAbort, { once: true });
      input.on("readable", onReadable);
    });
  } finally {
    stopListening?.();
    // A stream that has been read from reads on in its next ticks: a pause before them has no effect.
    await setImmediate();
    input.pause();
  }
}

/** `rest` is undefined where the line goes on. */
function splitAtNewLine(chunk: Buffer | string) {
  const end = chunk.indexOf("\n");
  if (end < 0) return { head: chunk, rest: undefined };
  if (typeof chunk === "string") return { head: chunk.slice(0, end), rest: chunk.slice(end + 1) };
  return { head: chunk.subarray(0, end), rest: chunk.subarray(end + 1) };
}

function textOf(pieces: readonly Buffer[]): string {
  return Buffer.concat(pieces).toString().replace(/\r$/, "");
}
