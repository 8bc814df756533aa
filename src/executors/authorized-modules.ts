import { type Node, parse, type Program } from "acorn";
import { ConfigurationError, toError } from "../errors.ts";
import type { ImportableModules } from "./module-imports.ts";

/**
 * Reads the modules that model-written code may import: which names each exports.
 *
 * Errors: ConfigurationError for a source that is no ES module, with the line; and for a module that imports what is not among them.
 */
export function readModules(sources: Readonly<Record<string, string>>): ImportableModules {
  const names = Object.keys(sources);
  return new Map(
    Object.entries(sources).map(([name, source]) => {
      const program = parseModule(name, source);
      const missing = importedModules(program).find((imported) => !names.includes(imported));
      if (missing === undefined) return [name, exportedNames(program)];
      throw new ConfigurationError(
        `The module "${name}" imports "${missing}", which is not among the authorised ones: ${names.join(", ")}.`,
      );
    }),
  );
}

function parseModule(name: string, source: string): Program {
  try {
    return parse(source, { ecmaVersion: "latest", sourceType: "module" });
  } catch (cause) {
    const { message } = toError(cause);
    throw new ConfigurationError(`The module "${name}" cannot be read as an ES module (line:column): ${message}`, {
      cause,
    });
  }
}

function importedModules({ body }: Program): string[] {
  return body.flatMap((statement) =>
    "source" in statement && statement.source ? [String(statement.source.value)] : [],
  );
}

/** Undefined where the module passes on all that another exports. */
function exportedNames({ body }: Program): ReadonlySet<string> | undefined {
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

function nameOf(node: Node): string {
  if ("name" in node) return String(node.name);
  return "value" in node ? String(node.value) : "";
}
