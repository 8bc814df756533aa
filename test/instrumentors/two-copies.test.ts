import { execFileSync } from "node:child_process";
import { cpSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "../..");

/** Holds another copy of the runtime. */
let folder = "";

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "vitrine-copy-"));
  cpSync(join(ROOT, "src"), join(folder, "src"), { recursive: true });
  symlinkSync(join(ROOT, "node_modules"), join(folder, "node_modules"));
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs an agent of the copy whose modules lie below a URL, and gives what is warned of. */
function warningsOf(copy: URL, { when }: { readonly when: "before" | "after" }): string[] {
  const program = `
    import { diag } from "@opentelemetry/api";
    import { NodeTracerProvider } from "@opentelemetry/sdk-trace-node";
    import { instrument } from "vitrine/instrumentors";
    const warnings = [];
    const ignore = () => {};
    diag.setLogger({ warn: (text) => warnings.push(text), error: ignore, info: ignore, debug: ignore, verbose: ignore });
    if ("${when}" === "before") instrument(new NodeTracerProvider());
    const { ToolCallingAgent } = await import("${copy.href}src/index.ts");
    const { ScriptedModel } = await import("${copy.href}src/testing.ts");
    const run = () => {
      const model = new ScriptedModel([{ toolCalls: [{ name: "final_answer", arguments: { answer: 1 } }] }]);
      return new ToolCallingAgent({ model, console: false }).run("Go");
    };
    await run();
    await run();
    if ("${when}" === "after") instrument(new NodeTracerProvider());
    process.stdout.write(JSON.stringify(warnings));`;
  const args = ["--import", "tsx", "--conditions=@vitrine/source", "--input-type=module", "--eval", program];
  return JSON.parse(execFileSync(process.execPath, args, { cwd: ROOT, encoding: "utf8" }));
}

describe("an agent of a copy that is not instrumented", () => {
  it.each(["before", "after"] as const)("is told of once, where tracing began %s its runs", (when) => {
    const [warning, ...others] = warningsOf(pathToFileURL(`${folder}/`), { when });
    expect(others).toEqual([]);
    expect(warning).toContain(`at ${pathToFileURL(folder).href}/src/`);
    expect(warning).toContain(`at ${pathToFileURL(ROOT).href}/src/`);
  });

  it("is told of no more where it is of the same copy", () => {
    expect(warningsOf(pathToFileURL(`${ROOT}/`), { when: "before" })).toEqual([]);
  });
});
