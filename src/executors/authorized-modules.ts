import { createRequire } from "node:module";
import type * as acorn from "acorn";
import { ConfigurationError } from "../errors.ts";
import { atLine, readSyntaxError } from "./code-line.ts";

/** What model-written code may import: the names that each module exports, by its name; undefined where they are not known. */
export type ImportableModules = ReadonlyMap<string, ReadonlySet<string> | undefined>;

/** What a static import wants of a module. */
export type ImportSpecifiers = acorn.ImportDeclaration["specifiers"];

/**
 * Reads the modules that model-written code may import: which names each exports.
 *
 * Errors: ConfigurationError for a source that is no ES module, with the line; for a module that imports what is not among them; and for a name that no import
 * could reach, or that code of the sandbox's own bears.
 */
export function readModules(sources: Readonly<Record<string, string>>): ImportableModules {
  const programs = Object.entries(sources).map(([name, source]) => {
    if (!NAME.test(name) || NAME_OF_A_STEP.test(name)) throw new ConfigurationError(refusedName(name));
    return [name, parseModule(name, source)] as const;
  });
  const modules = new Map(programs.map(([name, program]) => [name, exportedNames(program)]));
  for (const [name, program] of programs) assertLinked(name, { program, modules });
  return modules;
}

/** Finds the first name that a static import wants and that the module does not export, as far as its names are known. */
export function missingName(
  specifiers: ImportSpecifiers,
  exported: ReadonlySet<string> | undefined,
): string | undefined {
  return specifiers.map(importedName).find((name) => name !== undefined && exported?.has(name) === false);
}

/** Gives the name that a part of a static import has in the module; undefined for all of it. */
export function importedName(specifier: ImportSpecifiers[number]): string | undefined {
  if (specifier.type === "ImportNamespaceSpecifier") return undefined;
  return specifier.type === "ImportDefaultSpecifier" ? "default" : nameOf(specifier.imported);
}

/** A path would mean another file from every place, and what is quoted would end the name. */
const NAME = /^(?![./])[^\s()<>"'`\\]+$/;
/** See `fileName` in sandbox-executor.ts: errors are looked up by it. */
const NAME_OF_A_STEP = /^code-\d+\.js$/;

function refusedName(name: string): string {
  return `"${name}" is no name for a module: take one as packages have, for instance "simple-stats" or "@team/stats".`;
}

function assertLinked(
  name: string,
  { program, modules }: { readonly program: acorn.Program; readonly modules: ImportableModules },
): void {
  for (const statement of program.body) {
    if (!("source" in statement) || !statement.source) continue;
    const imported = String(statement.source.value);
    if (!modules.has(imported)) {
      const names = [...modules.keys()].join(", ");
      throw new ConfigurationError(
        `The module "${name}" imports "${imported}", which is not among the authorised ones: ${names}.`,
      );
    }
    const specifiers = statement.type === "ImportDeclaration" ? statement.specifiers : [];
    const missing = missingName(specifiers, modules.get(imported));
    if (missing === undefined) continue;
    throw new ConfigurationError(
      `The module "${name}" imports "${missing}" from "${imported}", which does not export it.`,
    );
  }
}

function parseModule(name: string, source: string): acorn.Program {
  // Not imported: the names are needed at once, in a constructor, and most agents have no modules.
  const { parse }: typeof acorn = createRequire(import.meta.url)("acorn");
  try {
    return parse(source, { ecmaVersion: "latest", sourceType: "module" });
  } catch (cause) {
    const { problem, line } = readSyntaxError(cause);
    throw new ConfigurationError(`The module "${name}" is no ES module: ${problem}${atLine(source, line)}.`, { cause });
  }
}

/** Undefined where the module passes on all that another exports. */
function exportedNames({ body }: acorn.Program): ReadonlySet<string> | undefined {
  const names = new Set<string>();
  for (const statement of body) {
    if (statement.type === "ExportAllDeclaration" && !statement.exported) return undefined;
    if (statement.type === "ExportAllDeclaration" && statement.exported) names.add(nameOf(statement.exported));
    if (statement.type === "ExportDefaultDeclaration") names.add("default");
    if (statement.type !== "ExportNamedDeclaration") continue;
    for (const { exported } of statement.specifiers) names.add(nameOf(exported));
    const { declaration } = statement;
    if (declaration?.type === "VariableDeclaration") {
      // A pattern may bind anything: then the names are not known.
      for (const { id } of declaration.declarations) {
        if (id.type !== "Identifier") return undefined;
        names.add(id.name);
      }
    } else if (declaration) names.add(declaration.id.name);
  }
  return names;
}

function nameOf(node: acorn.Node): string {
  if ("name" in node) return String(node.name);
  return "value" in node ? String(node.value) : "";
}
