import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { afterAll, beforeAll, describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");

/** A project that has installed the packed tarball, beside the packages that are installed here. */
let project = "";

beforeAll(() => {
  project = mkdtempSync(join(tmpdir(), "vitrine-package-"));
  const modules = join(project, "node_modules");
  mkdirSync(join(modules, "vitrine"), { recursive: true });
  for (const name of readdirSync(join(ROOT, "node_modules"))) {
    if (!name.startsWith(".")) symlinkSync(join(ROOT, "node_modules", name), join(modules, name));
  }
  execFileSync("npx", ["tsc", "-p", "tsconfig.build.json", "--outDir", join(project, "dist")], { cwd: ROOT });
  const packed = JSON.parse(
    execFileSync("npm", ["pack", "--json", "--ignore-scripts", "--pack-destination", project], {
      cwd: ROOT,
      encoding: "utf8",
    }),
  );
  execFileSync("tar", [
    "-xzf",
    join(project, packed[0].filename),
    "-C",
    join(modules, "vitrine"),
    "--strip-components=1",
  ]);
  rmSync(join(modules, "vitrine", "dist"), { recursive: true, force: true });
  execFileSync("mv", [join(project, "dist"), join(modules, "vitrine", "dist")]);
}, 120_000);

afterAll(() => rmSync(project, { recursive: true, force: true }));

function run(fileName: string, source: string, ...flags: readonly string[]): string {
  writeFileSync(join(project, fileName), source);
  return execFileSync(process.execPath, [...flags, fileName], { cwd: project, encoding: "utf8" }).trim();
}

const RUN = `
  const model = new ScriptedModel([{ code: "finalAnswer(await add({ a: 1, b: 2 }))" }]);
  const add = tool({ name: "add", description: "Adds.", inputSchema: { type: "object", properties: { a: { type: "number" }, b: { type: "number" } } }, execute: ({ a, b }) => a + b });
  const exporter = new InMemorySpanExporter();
  instrument(new NodeTracerProvider({ spanProcessors: [new SimpleSpanProcessor(exporter)] }));
  new CodeAgent({ model, tools: [add], console: false }).run("1 + 2?").then(({ output }) => console.log(output + "\\n" + spanTree(exporter.getFinishedSpans())));
`;

const TREE = `3
AGENT CodeAgent.run             OK
  CHAIN Step 1                  OK
    LLM ScriptedModel.generate  OK
    TOOL code_interpreter       OK
      TOOL add                  OK
      TOOL final_answer         OK`;

describe("the packed package", () => {
  it("runs and traces an agent, imported", () => {
    const imports = `
      import { CodeAgent, tool } from "vitrine";
      import { instrument } from "vitrine/instrumentors";
      import { ScriptedModel, spanTree } from "vitrine/testing";
      import { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";`;
    expect(run("run.mjs", imports + RUN)).toBe(TREE);
  });

  it("runs and traces an agent, required", () => {
    const requires = `
      const { CodeAgent, tool } = require("vitrine");
      const { instrument } = require("vitrine/instrumentors");
      const { ScriptedModel, spanTree } = require("vitrine/testing");
      const { InMemorySpanExporter, NodeTracerProvider, SimpleSpanProcessor } = require("@opentelemetry/sdk-trace-node");`;
    expect(run("run.cjs", requires + RUN, "--no-warnings")).toBe(TREE);
  });

  it("loads no other package for the runtime alone, and no module of Node's that is slow to load", () => {
    const hook =
      "export const resolve = async (...args) => { const found = await args.at(-1)(...args.slice(0, -1)); process._rawDebug(found.url); return found; };";
    writeFileSync(join(project, "hook.mjs"), hook);
    writeFileSync(
      join(project, "log.mjs"),
      `import { register } from "node:module"; register("./hook.mjs", import.meta.url);`,
    );
    writeFileSync(join(project, "light.mjs"), `await import("vitrine");`);
    const loaded = execFileSync("sh", ["-c", `"${process.execPath}" --import ./log.mjs light.mjs 2>&1`], {
      cwd: project,
      encoding: "utf8",
    });
    expect(loaded).toContain("vitrine/dist/src/index.js");
    const slow = /\/node_modules\/(?!vitrine\/)|^node:(?:child_process|crypto|http|worker_threads)$/;
    expect(loaded.split("\n").filter((url) => slow.test(url))).toEqual([]);
  });
});
