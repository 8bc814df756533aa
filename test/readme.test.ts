import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import packageJson from "../package.json" with { type: "json" };

const ROOT = resolve(import.meta.dirname, "..");
const README = readFileSync(join(ROOT, "README.md"), "utf8");

describe("the README", () => {
  it("has programs that compile against the package", () => {
    const programs = [...README.matchAll(/^```ts\n([\s\S]*?)^```/gm)].map(([, program = ""]) => program);
    expect(programs.length).toBeGreaterThan(1);
    expect(typeErrors(programs)).toBe("");
  }, 60_000);

  it("says of each feature what, how and where to see it", () => {
    const table = /^## What it does\n\n([\s\S]*?)\n\n/m.exec(README)?.[1] ?? "";
    const rows = table.split("\n").slice(2);
    expect(rows.length).toBeGreaterThan(10);
    for (const row of rows) expect(row).toMatch(/^\|[^|]*\S[^|]*\|[^|]*\S[^|]*\|[^|]*\]\([^)]+\)[^|]*\|$/);
  });

  it("names only commands that there are", () => {
    const named = [...README.matchAll(/(?:`|^|=\S+ )npm (?:run )?([a-z]+(?::[a-z]+)*)/gm)].map(([, name = ""]) => name);
    const known = [...Object.keys(packageJson.scripts), "pack", "install"];
    expect(named.length).toBeGreaterThan(5);
    expect(named.filter((name) => !known.includes(name))).toEqual([]);
  });

  it("links only to files that there are", () => {
    const links = [...README.matchAll(/\]\((?!https?:)([^)#]+)/g)].map(([, link = ""]) => link);
    expect(links.length).toBeGreaterThan(0);
    for (const link of links) expect(() => readFileSync(join(ROOT, link))).not.toThrow();
  });
});

/** Inside the repository, so that the package finds itself by its name. */
function typeErrors(programs: readonly string[]): string {
  mkdirSync(join(ROOT, ".vitrine"), { recursive: true });
  const folder = mkdtempSync(join(ROOT, ".vitrine", "readme-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const [index, program] of programs.entries())
    writeFileSync(join(folder, `program-${index}.ts`), `${program}\nexport {};\n`);
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ extends: "../../tsconfig.json", include: ["*.ts"] }));
  try {
    return execFileSync(join(ROOT, "node_modules/.bin/tsc"), ["-p", folder], { encoding: "utf8" });
  } catch (error) {
    return error instanceof Error && "stdout" in error ? String(error.stdout) : String(error);
  }
}
