import * as nodeModule from "node:module";
import { type Pattern, type Program, parse, type VariableDeclaration } from "acorn";
import { CodeExecutionError, toError } from "../errors.ts";
import { applyEdits, type Edit, insertion } from "./edits.ts";
import { assertImportable, type ImportableModules, importedNames, importEdits } from "./module-imports.ts";

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
  const { program, source } = parseEither(code, stripTypes);
  assertImportable(program, modules);
  const erased = declaredNames(program).find((name) => reservedNames.includes(name));
  if (erased === undefined) return redeclarable(program, source);
  throw new CodeExecutionError(
    `Nothing was run: the code declares "${erased}", which would erase the tool of that name. Choose another name.`,
  );
}

/** Reads code as the sandbox does: a script, with `await` at its top level. Throws acorn's SyntaxError. */
export function parseScript(code: string): Program {
  return parse(code, { ecmaVersion: "latest", sourceType: "script", allowAwaitOutsideFunction: true });
}

/** A script has no static imports; a module has, and may have no exports here. */
function parseStep(code: string): Program {
  try {
    return parseScript(code);
  } catch (error) {
    if (!/\bimport\b/.test(code)) throw error;
    const program = parseModule(code, error);
    // With its imports made dynamic it must be a script: modules are strict, and read some words in another way.
    parseScript(applyEdits(code, importEdits(program, code)));
    return program;
  }
}

function parseModule(code: string, scriptError: unknown): Program {
  const program = parse(code, { ecmaVersion: "latest", sourceType: "module" });
  if (program.body.some(({ type }) => type.startsWith("Export"))) throw scriptError;
  return program;
}

/** Shows where in the code something happened: ` (line 3: const y = x + 1)`. Empty if that is unknown. */
export function atLine(code: string, line: number | undefined): string {
  if (line === undefined) return "";
  const text = code.split("\n")[line - 1]?.trim() ?? "";
  return ` (line ${line}: ${text.length > MAX_LINE_LENGTH ? `${text.slice(0, MAX_LINE_LENGTH)}…` : text})`;
}

const MAX_LINE_LENGTH = 120;

/** JavaScript first: `f(a<b, c>(d))` is legal there, and means something else in TypeScript. */
function parseEither(code: string, stripTypes: PrepareOptions["stripTypes"]): { program: Program; source: string } {
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

const LOOKS_TYPED =
  /:\s*(?:string|number|boolean|unknown|any|void|Record|Array|Promise)\b|^\s*(?:interface|type)\s+\w|\bas\s+\w/m;

function syntaxError(code: string, cause: unknown, isTyped: boolean): CodeExecutionError {
  const [, problem = String(cause), position] = /^(.*?)(?: \((\d+):\d+\))?$/s.exec(toError(cause).message) ?? [];
  const line = position === undefined ? undefined : Number(position);
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

function declaredNames(program: Program): string[] {
  const declared = program.body.flatMap((statement) => {
    if (statement.type === "VariableDeclaration") return statement.declarations.flatMap(({ id }) => boundNames(id));
    const isNamed = statement.type === "FunctionDeclaration" || statement.type === "ClassDeclaration";
    return isNamed ? [statement.id.name] : [];
  });
  return [...declared, ...importedNames(program)];
}

function boundNames(pattern: Pattern | null): string[] {
  if (pattern?.type === "Identifier") return [pattern.name];
  if (pattern?.type === "ArrayPattern") return pattern.elements.flatMap(boundNames);
  if (pattern?.type === "AssignmentPattern") return boundNames(pattern.left);
  if (pattern?.type === "RestElement") return boundNames(pattern.argument);
  if (pattern?.type !== "ObjectPattern") return [];
  return pattern.properties.flatMap((property) => boundNames("value" in property ? property.value : property));
}

function redeclarable(program: Program, source: string): string {
  const edits = program.body.flatMap((statement): Edit[] => {
    if (statement.type === "VariableDeclaration") return variableEdits(statement);
    if (statement.type !== "ClassDeclaration") return [];
    const { start, end, id } = statement;
    return [insertion(start, `var ${id.name} = `), insertion(end, ";")];
  });
  const imports = importEdits(program, source);
  return applyEdits(
    source,
    [...edits, ...imports].toSorted((left, right) => left.start - right.start),
  );
}

function variableEdits({ kind, start, declarations }: VariableDeclaration): Edit[] {
  if (kind !== "const" && kind !== "let") return [];
  const keyword = { start, end: start + kind.length, text: "var".padEnd(kind.length) };
  // Without a value, `var x` would show what an earlier step had put there.
  return [keyword, ...declarations.flatMap(({ init, end }) => (init ? [] : insertion(end, " = undefined")))];
}
