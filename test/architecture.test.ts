import { readdirSync, readFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";
import * as vitrine from "vitrine";
import { describe, expect, it } from "vitest";

const ROOT = resolve(import.meta.dirname, "..");

interface SourceFile {
  readonly path: string;
  readonly text: string;
  /** Files of ours as paths from the root; packages by the name in the import. */
  readonly imports: readonly string[];
}

const files = ["src", "instrumentors", "examples", "docker", "test"].flatMap(readFolder);
const shipped = files.filter(({ path }) => /^(src|instrumentors)\//.test(path));

describe("the house", () => {
  it("has src/ know nothing of instrumentors/", () => {
    expect(edges("src/", (target) => target.startsWith("instrumentors/"))).toEqual([]);
  });

  it("imports OpenTelemetry and OpenInference in instrumentors/ and src/collector/ only", () => {
    const telemetry = edges("", (target) => /^@(opentelemetry|arizeai)\//.test(target), shipped);
    expect(telemetry.filter((edge) => !/^(instrumentors|src\/collector)\//.test(edge))).toEqual([]);
  });

  it("imports examples/ from tests only, and test/ from nowhere else", () => {
    const inward = edges("", (target) => /^(examples|test)\//.test(target));
    expect(inward.filter((edge) => !/^(test\/|examples\/\S+ -> examples\/)/.test(edge))).toEqual([]);
  });

  it.each([
    ["src/abort.ts", /^src\/errors/],
    [
      "src/agents/",
      /^(src\/(agents|console|executors|memory|models|prompts|tools|errors|abort|describe|thinking)|node:)/,
    ],
    ["src/collector/", /^(src\/(collector\/|errors)|node:|@opentelemetry\/)/],
    ["src/console/", /^(src\/(console\/|agents\/events|memory\/(steps|time-and-tokens)|describe)|node:)/],
    ["src/describe.ts", /^node:/],
    ["src/errors.ts", /^$/],
    ["src/executors/", /^(src\/(executors\/|errors|abort|describe|thinking)|node:|acorn$|quickjs-wasi$)/],
    ["src/memory/", /^(src\/(memory\/|models\/(message|usage)\.ts|errors|describe))/],
    ["src/models/", /^(src\/(models\/|errors|abort|pace)|node:|zod$|openai$)/],
    ["src/pace.ts", /^(src\/(abort|errors)|node:)/],
    ["src/prompts/", /^src\/(prompts\/|models\/message|errors)/],
    ["src/thinking.ts", /^$/],
    ["src/testing/", /^(src\/(testing\/|models\/|errors|abort|describe)|node:)/],
    [
      "src/tools/",
      /^(src\/(tools\/|executors\/sandbox-executor|models\/message|errors|abort|describe|pace)|node:|zod$|turndown$|@modelcontextprotocol\/client)/,
    ],
    [
      "instrumentors/agent/",
      /^(src\/|instrumentors\/(agent|shared)\/|@opentelemetry\/api$|@arizeai\/openinference-semantic)/,
    ],
    [
      "instrumentors/openai/",
      /^(src\/(describe|errors)|instrumentors\/(openai|shared)\/|@opentelemetry\/api$|@arizeai\/openinference-semantic)/,
    ],
    [
      "instrumentors/shared/",
      /^(instrumentors\/shared\/|src\/(describe|errors)|node:|@opentelemetry\/api$|@arizeai\/openinference-semantic)/,
    ],
  ])("lets %s import only what its room may know", (room, allowed) => {
    expect(edges(room, () => true).length + Number(room.endsWith(".ts"))).toBeGreaterThan(0);
    expect(edges(room, (target) => !allowed.test(target))).toEqual([]);
  });

  it("has one index.ts a door, and none inside", () => {
    const indexes = shipped.map(({ path }) => path).filter((path) => path.endsWith("/index.ts"));
    expect(indexes).toEqual(["src/index.ts", "instrumentors/index.ts"]);
  });

  it("has no import cycle, types included", () => {
    expect(shipped.map(({ path }) => cycleFrom(path)).filter((cycle) => cycle !== undefined)).toEqual([]);
  });

  it("has no file over 250 lines, and the loop below 200", () => {
    const lengths = new Map(files.map(({ path, text }) => [path, text.trimEnd().split("\n").length]));
    expect([...lengths].filter(([, length]) => length > 250)).toEqual([]);
    expect(lengths.get("src/agents/agent.ts")).toBeLessThanOrEqual(200);
  });

  it("has no `any`", () => {
    const found = shipped.filter(({ text }) => /[:<|]\s*any\s*[;,>)\]|=[{]|\bas any\b/.test(withoutComments(text)));
    expect(found.map(({ path }) => path)).toEqual([]);
  });

  it("starts and ends spans in traced() only", () => {
    const opening = shipped.filter(({ text }) => /\.start(Active)?Span\(|\bspan\.end\(/.test(withoutComments(text)));
    expect(opening.map(({ path }) => path)).toEqual(["instrumentors/shared/traced.ts"]);
  });

  it("has `export *` nowhere", () => {
    expect(shipped.filter(({ text }) => /export \*/.test(text)).map(({ path }) => path)).toEqual([]);
  });
});

describe("the seams", () => {
  const SEAMS = [
    [vitrine.Agent, ["run", "step", "plan"]],
    [vitrine.Model, ["generate"]],
    [vitrine.Tool, ["call"]],
    [vitrine.Executor, ["run"]],
  ] as const;

  it.each(SEAMS.flatMap(([base, names]) => names.map((name) => [base.name, name, base] as const)))(
    "%s.prototype.%s is written on the base class and on no subclass",
    (baseName, name, base) => {
      expect(Object.hasOwn(base.prototype, name)).toBe(true);
      const subclasses = shipped.flatMap(({ path, text }) => {
        const start = text.search(new RegExp(`\\bextends ${baseName}\\b`));
        return start < 0 ? [] : [{ path, text: text.slice(start) }];
      });
      expect(subclasses.length).toBeGreaterThan(0);
      const method = new RegExp(
        `^  (?:async |override |public )*${name}(?:<[^(]*)?\\(|^  (?:readonly |override )*${name} =`,
        "m",
      );
      expect(subclasses.filter(({ text }) => method.test(text)).map(({ path }) => path)).toEqual([]);
    },
  );
});

function readFolder(folder: string): SourceFile[] {
  return readdirSync(join(ROOT, folder), { recursive: true, encoding: "utf8" })
    .filter((name) => /\.(ts|js)$/.test(name))
    .map((name) => {
      const path = join(folder, name);
      const text = readFileSync(join(ROOT, path), "utf8");
      return { path, text, imports: importsOf(path, text) };
    });
}

/** Every `import … from`, `export … from`, `import(…)` and `require(…)` of a literal, those of types too, also in JSDoc. */
function importsOf(path: string, text: string): string[] {
  const pattern = /(?:\bfrom\s+|\bimport\s+|\bimport\(\s*|\b\w*[rR]equire(?:\.resolve)?\(\s*)["']([^"'$]+)["']/g;
  // The types of checked JavaScript are imported in comments.
  const read = path.endsWith(".js") ? text : withoutComments(text);
  return [...read.matchAll(pattern)].map(([, target = ""]) =>
    target.startsWith(".") ? relative(ROOT, resolve(ROOT, dirname(path), target)) : target,
  );
}

function withoutComments(text: string): string {
  return text.replaceAll(/\/\*[\s\S]*?\*\/|^\s*\/\/.*$/gm, "");
}

function edges(from: string, isMeant: (target: string) => boolean, among: readonly SourceFile[] = files): string[] {
  return among
    .filter(({ path }) => path.startsWith(from))
    .flatMap(({ path, imports }) => imports.filter(isMeant).map((target) => `${path} -> ${target}`));
}

function cycleFrom(start: string): string | undefined {
  const trail = new Map<string, string | undefined>([[start, undefined]]);
  for (const path of trail.keys()) {
    for (const target of files.find((file) => file.path === path)?.imports ?? []) {
      if (target === start) return `${path} -> ${start}`;
      if (!trail.has(target)) trail.set(target, path);
    }
  }
  return undefined;
}
