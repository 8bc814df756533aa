import type { ImportDeclaration, Program } from "acorn";
import { CodeExecutionError } from "../errors.ts";
import type { Edit } from "./edits.ts";

/** What model-written code may import: the names that each module exports, by its name; undefined where they are not known. */
export type ImportableModules = ReadonlyMap<string, ReadonlySet<string> | undefined>;

/** Writes static imports as dynamic ones: a script has no others, and what they declare must live on. Lines stay where they are. */
export function importEdits(program: Program, source: string): Edit[] {
  return program.body.flatMap((statement) => {
    if (statement.type !== "ImportDeclaration") return [];
    const { start, end } = statement;
    const lines = source.slice(start, end).split("\n").length - 1;
    return { start, end, text: dynamicImport(statement) + "\n".repeat(lines) };
  });
}

/** Gives the names that static imports declare. */
export function importedNames(program: Program): string[] {
  return program.body.flatMap((statement) =>
    statement.type === "ImportDeclaration" ? statement.specifiers.map(({ local }) => local.name) : [],
  );
}

/**
 * Checks what code imports, before anything runs.
 *
 * Errors: CodeExecutionError for a module that may not be imported, and for a name that a module does not export; it lists what there is.
 */
export function assertImportable(program: Program, modules: ImportableModules): void {
  const names = [...modules.keys()];
  for (const name of requestedModules(program)) if (!modules.has(name)) throw refusal(cannotImport(name, names));
  if (requires(program)) throw refusal(`There is no require() here. ${waysOut(names)}`);
  for (const statement of program.body) if (statement.type === "ImportDeclaration") assertExported(statement, modules);
}

/** Says what can be imported in place of a module that cannot. */
function cannotImport(name: string, moduleNames: readonly string[]): string {
  return `"${name}" cannot be imported. ${waysOut(moduleNames)}`;
}

function waysOut(moduleNames: readonly string[]): string {
  return moduleNames.length === 0
    ? "No modules can be imported here: use the language's own objects and your tools"
    : `What can be imported: ${moduleNames.join(", ")}`;
}

function refusal(message: string): CodeExecutionError {
  return new CodeExecutionError(`Nothing was run. ${message}.`);
}

function assertExported({ specifiers, source }: ImportDeclaration, modules: ImportableModules): void {
  const moduleName = String(source.value);
  const exported = modules.get(moduleName);
  if (!exported) return;
  for (const specifier of specifiers) {
    const name = importedName(specifier);
    if (name === undefined || exported.has(name)) continue;
    throw new CodeExecutionError(
      `Nothing was run. The module "${moduleName}" does not export "${name}". It exports: ${[...exported].join(", ") || "nothing"}.`,
    );
  }
}

type Specifier = ImportDeclaration["specifiers"][number];

/** The name in the module; undefined for all of it. */
function importedName(specifier: Specifier): string | undefined {
  if (specifier.type === "ImportNamespaceSpecifier") return undefined;
  if (specifier.type === "ImportDefaultSpecifier") return "default";
  const { imported } = specifier;
  return imported.type === "Identifier" ? imported.name : String(imported.value);
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

/** Finds what `import … from` and `import(…)` name, anywhere in the code. */
function requestedModules(program: Program): string[] {
  return nodesOf(program).flatMap((node) => {
    const isImport = node["type"] === "ImportDeclaration" || node["type"] === "ImportExpression";
    return isImport && "source" in node ? literal(node["source"]) : [];
  });
}

function requires(program: Program): boolean {
  return nodesOf(program).some(
    (node) =>
      node["type"] === "CallExpression" &&
      "callee" in node &&
      isObject(node["callee"]) &&
      node["callee"]["name"] === "require",
  );
}

function nodesOf(value: unknown): { readonly [key: string]: unknown }[] {
  if (!isObject(value)) return [];
  const inside = Object.values(value).flatMap(nodesOf);
  return "type" in value ? [value, ...inside] : inside;
}

function literal(node: unknown): string[] {
  return isObject(node) && typeof node["value"] === "string" ? [node["value"]] : [];
}

function isObject(value: unknown): value is { readonly [key: string]: unknown } {
  return typeof value === "object" && value !== null;
}
