import * as nodeModule from "node:module";
import { describe, expect, it } from "vitest";
import { CodeExecutionError } from "../../src/errors.ts";
import { prepareCode } from "../../src/executors/prepare-code.ts";

const prepare = (code: string, reservedNames: readonly string[] = []): string =>
  prepareCode(code, { reservedNames, stripTypes: undefined });

describe("prepareCode", () => {
  it.each([
    ["pads const, so that columns stay", "const a = 1;", "var   a = 1;"],
    ["makes let a var", "let a = 1;", "var a = 1;"],
    ["gives a let without value undefined", "let a, b = 2, c;", "var a = undefined, b = 2, c = undefined;"],
    ["makes a class an expression", "class A {}\n(1)", "var A = class A {};\n(1)"],
    ["edits patterns", "const { a, b: [c] } = x;", "var   { a, b: [c] } = x;"],
    ["leaves blocks alone", "if (1) { let a; const b = 1 }", "if (1) { let a; const b = 1 }"],
    ["leaves loops alone", "for (const a of [1]) {}", "for (const a of [1]) {}"],
    ["leaves functions and var alone", "function f() { let a }\nvar x;", "function f() { let a }\nvar x;"],
    ["leaves text that looks like code alone", "f(`\nlet a = 1`) // const b", "f(`\nlet a = 1`) // const b"],
    ["takes await at the top level", "const a = await f();", "var   a = await f();"],
  ])("%s", (_claim, code, prepared) => {
    expect(prepare(code)).toBe(prepared);
  });

  it.each([
    "const search = 1",
    "let search",
    "var search = 1",
    "function search() {}",
    "class search {}",
    "const { search } = x",
    "const { a: { search } } = x",
    "const { a: search = 1 } = x",
    "const [, ...search] = x",
    "const { ...search } = x",
  ])("refuses `%s` where search is a tool", (code) => {
    expect(() => prepare(code, ["search"])).toThrow(
      'the code declares "search", which would erase the tool of that name',
    );
  });

  it("shows the line that would erase a tool", () => {
    expect(() => prepare("f();\nconst [a,\n  search] = g();", ["search"])).toThrow(
      expect.objectContaining({
        line: 3,
        message: expect.stringContaining("(line 3: search] = g();). Choose another"),
      }),
    );
  });

  it("lets a function have a local variable of a tool's name", () => {
    expect(prepare("function f() { const search = 1 }", ["search"])).toContain("search");
  });

  it("names the line of a syntax error, and shows it", () => {
    const code = "const a = 1;\n  const b = = 2;\n";
    expect(() => prepare(code)).toThrow(
      expect.objectContaining({
        message: "Nothing was run. SyntaxError: Unexpected token (line 2: const b = = 2;)",
        line: 2,
      }),
    );
    expect(() => prepare(code)).toThrow(CodeExecutionError);
  });

  it.each([
    [
      'import fs from "node:fs";',
      /"node:fs" cannot be imported \(line 1: import fs from "node:fs";\)\. No modules can be imported here/,
    ],
    ['await import("node:fs")', /"node:fs" cannot be imported/],
    ['require("fs")', /"fs": there is no require\(\) here \(line 1: require\("fs"\)\)\. No modules/],
    ["require(name)", /There is no require\(\) here \(line 1: require\(name\)\)\. No modules/],
    ["f();\nawait import(`./a.js`);\nawait import('./b.js')", /"\.\/b\.js" cannot be imported \(line 3: /],
    ['import "node:fs"; export const a = 1;', /Nothing can be exported here/],
    ["// import\nf();\nexport const a = 1;", /Nothing can be exported here.*\(line 3: export const a = 1;\)/],
    ["export const a = 1;", /Nothing can be exported here.*\(line 1: export const a = 1;\)/],
    ['if (true) { import fs from "node:fs" }', /imports stand at the top level/],
  ])("says of `%s` that it cannot be, before anything runs", (code, message) => {
    expect(() => prepare(code)).toThrow(message);
    expect(() => prepare(code)).toThrow(/^Nothing was run\./);
  });

  const modules = new Map([["m", undefined]]);
  const importing = (code: string): string => prepareCode(code, { reservedNames: [], modules, stripTypes: undefined });

  it.each([
    ["an import", 'import { a } from "m";', 'var { "a": a } = await import("m");'],
    ["an import of many lines", 'import {\n  a,\n} from "m";\na', 'var { "a": a } = await import("m");\n\n\na'],
    ["an import below code", 'f();\nimport "m";\ng();', 'await import("m"); f();\n\ng();'],
    [
      "an import below a const",
      'const b = a;\nimport { a } from "m";',
      'var { "a": a } = await import("m"); var   b = a;\n',
    ],
    ["an import below a class", 'class A {}import "m";', 'await import("m"); var A = class A {};'],
    ["imports above and below", 'import "m"; f(); import "m"', 'await import("m"); await import("m"); f(); '],
    ["an import below a directive", '"use strict"; import "m"; f()', '"use strict"; await import("m"); f()'],
    ["an import without a semicolon", 'import "m"\n[1]', 'await import("m");\n[1]'],
  ])("does %s before other code, as a module would, and leaves lines where they are", (_claim, code, prepared) => {
    expect(importing(code)).toBe(prepared);
  });

  it("reads code with imports as a script otherwise", () => {
    expect(importing('import "m"; const f = (public) => public;')).toContain("public");
  });

  it("names the line of a syntax error below an import", () => {
    expect(() => importing('import { a } from "m";\n\nconst = a;')).toThrow(
      expect.objectContaining({
        line: 3,
        message: "Nothing was run. SyntaxError: Unexpected token (line 3: const = a;)",
      }),
    );
  });

  it("strips types only from what is no JavaScript", () => {
    const options = { reservedNames: [], stripTypes: stripNumberType };
    expect(prepareCode("const a: number = 1;", options)).toBe("var   a         = 1;");
    expect(prepareCode("f(a<b, c>(d));", options)).toBe("f(a<b, c>(d));");
  });

  it("takes typed code where this Node strips types, and names its first fault where not", () => {
    const outcome = said(() => prepareCode("const a: number = 1;", { reservedNames: [] }));
    const refusal =
      "Nothing was run. SyntaxError: Unexpected token (line 1: const a: number = 1;). Types cannot be read here: write plain JavaScript";
    expect(outcome).toBe("stripTypeScriptTypes" in nodeModule ? "var   a         = 1;" : refusal);
  });

  it("gives the JavaScript error where stripping does not help either", () => {
    const options = { reservedNames: [], stripTypes: refuse };
    expect(() => prepareCode("const = 1", options)).toThrow("SyntaxError: Unexpected token");
  });
});

function stripNumberType(code: string): string {
  return code.replaceAll(": number", "        ").replaceAll("<b, c>", "");
}

function refuse(): never {
  throw new Error("not TypeScript");
}

function said(work: () => string): string {
  try {
    return work();
  } catch (error) {
    return error instanceof Error ? error.message : "";
  }
}
