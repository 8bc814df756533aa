import { existsSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import { describe, expect, it } from "vitest";
import { EVENTS, VITRINE } from "../instrumentors/shared/vitrine-attributes.ts";

const FOLDER = resolve(import.meta.dirname, "../instrumentors");
const README = readFileSync(join(FOLDER, "README.md"), "utf8");

/** Titles with `%s`, `%i` or `$name` in them stand for as many tests as there are cases. */
const PLACEHOLDER = /%[a-z]|\$\w+/g;

interface Table {
  readonly header: readonly string[];
  readonly rows: readonly (readonly string[])[];
}

const links = new Map([...README.matchAll(/^\[([^\]]+)\]: (\S+)$/gm)].map(([, name = "", path = ""]) => [name, path]));
const tables = [...README.matchAll(/(?:^\|.*\n)+/gm)].map(([text]) => tableOf(text));
const evidence = tables.filter(({ header }) => header.at(-1) === "shown by");

describe("the README of the instrumentors", () => {
  it("names tests that are there, in the file that it says, in every row that claims something", () => {
    const cells = evidence.flatMap(({ rows }) => rows.map((row) => row.at(-1) ?? ""));
    expect(cells.length).toBeGreaterThan(60);
    expect(cells.flatMap(faultsOf)).toEqual([]);
  });

  it("would not get by with a test that is not there", () => {
    expect(faultsOf("")).toEqual(["no test is named"]);
    expect(faultsOf('[nowhere] "a break"')).toEqual(["[nowhere] is no file"]);
    expect(faultsOf('[endings] "a brake"')).toEqual(['[endings] "a brake" is no test']);
    expect(faultsOf('[nesting] "managed agents at once"')).toEqual(['[nesting] "managed agents at once" is no test']);
  });

  it("has a row for each of the thirteen points, for D1 to D18, and for N1", () => {
    const known = evidence.flatMap(({ rows }) => rows.map(([name = ""]) => name));
    const points = Array.from({ length: 13 }, (_, index) => String(index + 1));
    const defects = Array.from({ length: 18 }, (_, index) => `D${index + 1}`);
    expect([...points, ...defects, "N1"].filter((name) => !known.includes(name))).toEqual([]);
  });

  it("says what every attribute of Vitrine's own means, and names no other", () => {
    const names = Object.values(VITRINE).toSorted();
    expect([...new Set(firstCells("attribute").map((name) => name.replace(/\.\*$/, "")))].toSorted()).toEqual(names);
    const named = README.match(/(?<=`)vitrine\.[a-z_][a-z_.]*[a-z_]/g) ?? [];
    const isKnown = (name: string): boolean => names.some((known) => `${known}.`.startsWith(`${name}.`));
    expect(named.filter((name) => !isKnown(name))).toEqual([]);
  });

  it("tells of every event, and of no other", () => {
    expect(firstCells("event").toSorted()).toEqual([...Object.values(EVENTS), "exception"].toSorted());
  });

  it("says what every key means that is put into metadata, and names no other", () => {
    const text = readFileSync(join(FOLDER, "shared/shown-messages.ts"), "utf8");
    const keys = [...text.matchAll(/\b(input_messages_\w+): /g)].map(([, key = ""]) => key);
    expect(firstCells("key in `metadata`").toSorted()).toEqual([...new Set(keys)].toSorted());
  });

  it("names every option of both, and every mask", () => {
    const agent = optionsIn("agent/instrumentor.ts", "InstrumentOptions").filter((name) => name !== "tracerProvider");
    expect(firstCells("option")).toEqual(agent);
    expect(optionsIn("openai/instrument-openai.ts", "OpenAIInstrumentOptions")).toEqual(agent);
    const masks = optionsIn("shared/trace-config.ts", "TraceConfigOptions");
    expect(masks.length).toBe(17);
    expect(firstCells("mask").toSorted()).toEqual(masks.toSorted());
  });

  it("links only to files and headings that there are", () => {
    const targets = [...[...README.matchAll(/\]\(([^)]+)\)/g)].map(([, target = ""]) => target), ...links.values()];
    const headings = [...README.matchAll(/^#+ (.*)$/gm)].map(([, text = ""]) => `#${slugOf(text)}`);
    const isThere = (target: string): boolean =>
      /^https?:/.test(target) || headings.includes(target) || existsSync(join(FOLDER, target));
    expect(targets.length).toBeGreaterThan(20);
    expect(targets.filter((target) => !isThere(target))).toEqual([]);
    expect([...links.keys()].filter((name) => README.split(`[${name}]`).length < 3)).toEqual([]);
  });
});

function tableOf(text: string): Table {
  const [header = [], , ...rows] = text
    .trim()
    .split("\n")
    .map((line) =>
      line
        .slice(1, -1)
        .split("|")
        .map((cell) => cell.trim()),
    );
  return { header, rows };
}

/** Gives what is in backticks at the start of the rows of a table. */
function firstCells(header: string): string[] {
  const rows = tables.filter((table) => table.header[0] === header).flatMap((table) => table.rows);
  return rows.flatMap(([cell = ""]) => /^`([^`]+)`/.exec(cell)?.[1] ?? []);
}

/** Reads `[file] "test"; "test"; [file] "test"`, and tells what of it is not so. */
function faultsOf(cell: string): string[] {
  const named = [...cell.matchAll(/\[([^\]]+)\]((?:;? "[^"]+")+)/g)];
  if (named.length === 0) return ["no test is named"];
  return named.flatMap(([, file = "", names = ""]) => {
    const path = links.get(file);
    if (path === undefined || !existsSync(join(FOLDER, path))) return [`[${file}] is no file`];
    const tests = [...names.matchAll(/"([^"]+)"/g)].map(([, name = ""]) => name);
    return tests.filter((name) => !isTest(join(FOLDER, path), name)).map((name) => `[${file}] "${name}" is no test`);
  });
}

/** Whether a test of the file has the title, or is the case of one whose title has placeholders: the case is named where the cases are. */
function isTest(path: string, name: string): boolean {
  const text = readFileSync(path, "utf8");
  const titles = [...text.matchAll(/\bit(?:\.each\b[\s\S]*?\))?\(\s*("(?:[^"\\\n]|\\.)*"),/g)].map(([, literal = ""]) =>
    String(JSON.parse(literal)),
  );
  if (titles.includes(name)) return true;
  const imported = [...text.matchAll(/from "(\.[^"]+)"/g)].map(([, file = ""]) => join(dirname(path), file));
  const where = [text, ...imported.map((file) => readFileSync(file, "utf8"))].join("\n");
  return titles.some((title) => {
    const literals = title.split(PLACEHOLDER).map((part) => part.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&"));
    const cases = literals.length > 1 ? new RegExp(`^${literals.join("(.+)")}$`).exec(name)?.slice(1) : undefined;
    return cases?.every((value) => where.includes(`"${value}"`)) ?? false;
  });
}

function optionsIn(file: string, interfaceName: string): string[] {
  const text = readFileSync(join(FOLDER, file), "utf8");
  const body = new RegExp(`interface ${interfaceName} \\{\\n([\\s\\S]*?)\\n\\}`).exec(text)?.[1] ?? "";
  return [...body.matchAll(/^ {2}readonly (\w+)\??:/gm)].map(([, name = ""]) => name);
}

/** Source: GitHub, of how it names headings. */
function slugOf(heading: string): string {
  return heading
    .toLowerCase()
    .replaceAll(/[^\w\s-]/g, "")
    .replaceAll(/\s/g, "-");
}
