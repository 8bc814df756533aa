import * as nodeModule from "node:module";
import { type Identifier, type Pattern, type Program, parse, type VariableDeclaration } from "acorn";
import { CodeExecutionError } from "../errors.ts";
import type { ImportableModules } from "./authorized-modules.ts";
import { atLine, lineOf, readSyntaxError } from "./code-line.ts";
import { applyEdits, type Edit, insertion } from "./edits.ts";
import { assertImportable, importedNames, importEdits, type ParsedCode } from "./module-imports.ts";

/** Says what code must leave alone, and how its types are taken out. */
export interface PrepareOptions {
  /** Names that code must not declare: its tools, and what the sandbox itself gives. */
  readonly reservedNames: readonly string[];
  /** None, if absent. */
  readonly modules?: ImportableModules;
  /** Takes the types out of TypeScript, keeping lines where they are; throws on what it cannot read. By default Node's own, where Node has it. */
  readonly stripTypes?: ((code: string) => string) | undefined;
}

/**
 * Makes model-written code fit to be one step among many.
 *
 * What its top level declares becomes `var`: a later step may declare it again, and a declaration that failed leaves no dead name. Lines and columns stay.
 * Static imports become dynamic ones.
 * Errors: CodeExecutionError, before anything ran, for code that does not parse, imports what it may not, exports, or would erase a tool.
 */
export function prepareCode(code: string, options: PrepareOptions): string {
  const { reservedNames, modules = new Map(), stripTypes = nodeStripTypes() } = options;
  const parsed = parseEither(code, stripTypes);
  assertImportable(parsed, { code, modules });
  const erased = declaredNames(parsed.program).find(({ name }) => reservedNames.includes(name));
  if (!erased) return redeclarable(parsed);
  const line = lineOf(parsed.source, erased.start);
  throw new CodeExecutionError(
    `Nothing was run: the code declares "${erased.name}", which would erase the tool of that name${atLine(code, line)}. Choose another name.`,
    { line },
  );
}

/** Reads a text as code, types included where Node takes them out; undefined where it is none. */
export function readCode(code: string): Program | undefined {
  try {
    return parseEither(code, nodeStripTypes()).program;
  } catch {
    return undefined;
  }
}

/** JavaScript first: `f(a<b, c>(d))` is legal there, and means something else in TypeScript. */
function parseEither(code: string, stripTypes: PrepareOptions["stripTypes"]): ParsedCode {
  try {
    return { program: parseStep(code), source: code };
  } catch (error) {
    try {
      const source = stripTypes?.(code);
      if (source !== undefined) return { program: parseStep(source), source };
    } catch {
      // It is neither: what is wrong with it as JavaScript is what the model can read.
    }
    throw syntaxError(code, error, stripTypes === undefined && LOOKS_TYPED.test(code));
  }
}

const SCRIPT = { ecmaVersion: "latest", sourceType: "script", allowAwaitOutsideFunction: true } as const;

/** Reads code as the sandbox does: as a script, with `await` at its top level. A script has no static imports, so it must be one with them made dynamic. */
function parseStep(code: string): Program {
  try {
    return parse(code, SCRIPT);
  } catch (error) {
    if (!/\bimport\b/.test(code)) throw error;
    // Not as a module: modules are strict, and steps without imports are not.
    const program = parse(code, { ...SCRIPT, allowImportExportEverywhere: true });
    parse(applyEdits(code, importEdits({ program, source: code })), SCRIPT);
    return program;
  }
}

const TYPES = "string number boolean any unknown void Record Array Promise".replaceAll(" ", "|");
const LOOKS_TYPED = new RegExp(String.raw`:\s*(?:${TYPES})\b|^\s*(?:interface|type|enum)\s+\w|\bas\s+\w`, "m");

function syntaxError(code: string, cause: unknown, isTyped: boolean): CodeExecutionError {
  const { problem, line } = readSyntaxError(cause);
  const explanation = problem.startsWith("'import' and 'export'")
    ? "Nothing can be exported here, and imports stand at the top level"
    : `SyntaxError: ${problem}`;
  const wayOut = isTyped ? ". Types cannot be read here: write plain JavaScript" : "";
  return new CodeExecutionError(`Nothing was run. ${explanation}${atLine(code, line)}${wayOut}`, { cause, line });
}

function nodeStripTypes(): PrepareOptions["stripTypes"] {
  // @types/node of the oldest Node that is supported does not know it.
  const strip: unknown = Reflect.get(nodeModule, "stripTypeScriptTypes");
  return typeof strip === "function" ? (code) => String(strip(code)) : undefined;
}

function declaredNames(program: Program): Identifier[] {
  const declared = program.body.flatMap((statement) => {
    if (statement.type === "VariableDeclaration") return statement.declarations.flatMap(({ id }) => boundNames(id));
    const isNamed = statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration";
    return isNamed ? [statement.id] : [];
  });
  return [...declared, ...importedNames(program)];
}

function boundNames(pattern: Pattern | null): Identifier[] {
  if (pattern?.type === "Identifier") return [pattern];
  if (pattern?.type === "ArrayPattern") return pattern.elements.flatMap(boundNames);
  if (pattern?.type === "AssignmentPattern") return boundNames(pattern.left);
  if (pattern?.type === "RestElement") return boundNames(pattern.argument);
  if (pattern?.type !== "ObjectPattern") return [];
  return pattern.properties.flatMap((property) => boundNames("value" in property ? property.value : property));
}

function redeclarable({ program, source }: ParsedCode): string {
  const edits = program.body.flatMap((statement): Edit[] => {
    if (statement.type === "VariableDeclaration") return variableEdits(statement);
    if (statement.type !== "ClassDeclaration") return [];
    const { start, end, id } = statement;
    return [insertion(start, `var ${id.name} = `), insertion(end, ";")];
  });
  // Where two begin at one position, what replaces nothing comes first, and imports come before the code that needs them.
  const all = [...importEdits({ program, source }), ...edits];
  return applyEdits(
    source,
    all.toSorted((left, right) => left.start - right.start || left.end - right.end),
  );
}

function variableEdits({ kind, start, declarations }: VariableDeclaration): Edit[] {
  if (kind !== "const" && kind !== "let") return [];
  const keyword = { start, end: start + kind.length, text: "var".padEnd(kind.length) };
  // Without a value, `var x` would show what an earlier step had put there.
  return [keyword, ...declarations.flatMap(({ init, end }) => (init ? [] : insertion(end, " = undefined")))];
}
