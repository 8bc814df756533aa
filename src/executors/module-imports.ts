import type { Identifier, ImportDeclaration, Program } from "acorn";
import { CodeExecutionError } from "../errors.ts";
import { type ImportableModules, type ImportSpecifiers, importedName, missingName } from "./authorized-modules.ts";
import { atLine, lineOf } from "./code-line.ts";
import { type Edit, insertion } from "./edits.ts";

/** Code that was read. `source` is the text that the program's positions mean: code without its types. */
export interface ParsedCode {
  readonly program: Program;
  readonly source: string;
}

interface AssertImportableOptions {
  /** As the model wrote it: what errors show. */
  readonly code: string;
  readonly modules: ImportableModules;
}

/**
 * Writes static imports as dynamic ones: a script has no others, and what they declare must live on. Lines stay where they are.
 *
 * An import that stands below other code is done before it, as in a module.
 */
export function importEdits({ program, source }: ParsedCode): Edit[] {
  const first = program.body.find((statement) => !("directive" in statement) && statement.type !== "ImportDeclaration");
  return program.body.flatMap((statement) => {
    if (statement.type !== "ImportDeclaration") return [];
    const { start, end } = statement;
    const newlines = "\n".repeat(lineOf(source, end) - lineOf(source, start));
    const text = dynamicImport(statement);
    if (!first || start < first.start) return [{ start, end, text: text + newlines }];
    return [insertion(first.start, `${text} `), { start, end, text: newlines }];
  });
}

/** Gives the names that static imports declare. */
export function importedNames(program: Program): Identifier[] {
  return program.body.flatMap((statement) =>
    statement.type === "ImportDeclaration" ? statement.specifiers.map(({ local }) => local) : [],
  );
}

/**
 * Checks what code imports, before anything runs.
 *
 * Errors: CodeExecutionError for a module that may not be imported, and for a name that a module does not export; it lists what there is, and shows the line.
 */
export function assertImportable({ program, source }: ParsedCode, { code, modules }: AssertImportableOptions): void {
  for (const { request, position } of requests(program)) {
    const problem = problemOf(request, modules);
    if (problem === undefined) continue;
    const line = lineOf(source, position);
    throw new CodeExecutionError(`Nothing was run. ${problem.fact}${atLine(code, line)}. ${problem.wayOut}.`, { line });
  }
}

/** What code asks for by one import or require; `specifiers` are those of a static import. */
interface Request {
  /** Undefined where it is put together at run time. */
  readonly moduleName: string | undefined;
  readonly isRequire: boolean;
  readonly specifiers: ImportSpecifiers;
}

interface Problem {
  readonly fact: string;
  readonly wayOut: string;
}

function problemOf({ moduleName, isRequire, specifiers }: Request, modules: ImportableModules): Problem | undefined {
  const names = [...modules.keys()];
  if (isRequire) {
    const fact =
      moduleName === undefined ? "There is no require() here" : `"${moduleName}": there is no require() here`;
    return { fact, wayOut: waysOut(names) };
  }
  if (moduleName === undefined) return undefined;
  if (!modules.has(moduleName)) return { fact: `"${moduleName}" cannot be imported`, wayOut: waysOut(names) };
  const exported = modules.get(moduleName);
  const missing = missingName(specifiers, exported);
  if (!exported || missing === undefined) return undefined;
  return {
    fact: `The module "${moduleName}" does not export "${missing}"`,
    wayOut: `It exports: ${[...exported].join(", ") || "nothing"}`,
  };
}

function waysOut(moduleNames: readonly string[]): string {
  return moduleNames.length === 0
    ? "No modules can be imported here: use the language's own objects and your tools"
    : `What can be imported: ${moduleNames.join(", ")}`;
}

function dynamicImport({ specifiers, source }: ImportDeclaration): string {
  const load = `await import(${source.raw ?? JSON.stringify(source.value)})`;
  const namespace = specifiers.find(({ type }) => type === "ImportNamespaceSpecifier");
  const named = specifiers.filter((specifier) => specifier !== namespace);
  const names = named.map((specifier) => `${JSON.stringify(importedName(specifier))}: ${specifier.local.name}`);
  const pattern = `{ ${names.join(", ")} }`;
  if (!namespace) return names.length === 0 ? `${load};` : `var ${pattern} = ${load};`;
  const rest = names.length === 0 ? "" : `, ${pattern} = ${namespace.local.name}`;
  return `var ${namespace.local.name} = ${load}${rest};`;
}

/** Finds what code imports and requires, anywhere in it, in its order. */
function requests(program: Program): { readonly request: Request; readonly position: number }[] {
  const statics = program.body.flatMap((statement) => {
    if (statement.type !== "ImportDeclaration") return [];
    const { specifiers, source, start } = statement;
    return [{ request: { moduleName: String(source.value), isRequire: false, specifiers }, position: start }];
  });
  const others = nodesOf(program).flatMap((node) => {
    const isRequire = node["type"] === "CallExpression" && nameOf(node["callee"]) === "require";
    if (!isRequire && node["type"] !== "ImportExpression") return [];
    const asked = isRequire ? firstOf(node["arguments"]) : node["source"];
    return [{ request: { moduleName: textOf(asked), isRequire, specifiers: [] }, position: Number(node["start"]) }];
  });
  return [...statics, ...others].toSorted((left, right) => left.position - right.position);
}

function nodesOf(value: unknown): { readonly [key: string]: unknown }[] {
  if (!isObject(value)) return [];
  const inside = Object.values(value).flatMap(nodesOf);
  return "type" in value ? [value, ...inside] : inside;
}

function nameOf(node: unknown): unknown {
  return isObject(node) ? node["name"] : undefined;
}

function firstOf(list: unknown): unknown {
  return Array.isArray(list) ? list[0] : undefined;
}

function textOf(node: unknown): string | undefined {
  return isObject(node) && typeof node["value"] === "string" ? node["value"] : undefined;
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null;
}
