import { readFile } from "node:fs/promises";
import { ConfigurationError, toError } from "../errors.ts";
import { isTree, parseJson } from "./trace-attributes.ts";

/**
 * Reads the spans of a file: OTLP as JSON, spans as a JSON array, or either of them line by line, as the file exporter of a Collector writes it.
 *
 * Errors: ConfigurationError when the file cannot be read, or holds something else.
 */
export async function readTraceFile(file: string): Promise<readonly unknown[]> {
  const text = await readFile(file, "utf8").catch((cause: unknown) => {
    throw new ConfigurationError(`The trace ${file} cannot be read: ${toError(cause).message}`, { cause });
  });
  const document = parseJson(text);
  if (document !== undefined) return spansIn(document);
  const lines = text.split("\n");
  return lines.flatMap((line, index) => {
    const part = line.trim() === "" ? [] : parseJson(line);
    if (part !== undefined) return spansIn(part);
    // The last one may still be being written.
    if (index === lines.length - 1) return [];
    throw new ConfigurationError(
      `Line ${index + 1} of ${file} is no JSON. A trace is read from OTLP as JSON, or from spans as JSON, whole or a line each.`,
    );
  });
}

/** Collects spans from lists, from OTLP requests, and from the answers of REST interfaces (`data`). */
function spansIn(document: unknown): readonly unknown[] {
  if (Array.isArray(document)) return document.flatMap(spansIn);
  if (!isTree(document)) return [];
  if ("attributes" in document && "name" in document) return [document];
  return ["resourceSpans", "scopeSpans", "spans", "data"].flatMap((key) =>
    key in document ? spansIn(document[key]) : [],
  );
}
