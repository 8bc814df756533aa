import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";
import { installPackages } from "./packages.ts";
import { median, spread, table } from "./statistics.ts";

const ROUNDS = 15;
const TOOLS = 50;
const AGENTS = 10;
const PROMISED_RATIO = 2;
const PROGRAMS = ["empty", "full"] as const;

const IMPORTS = `import { CodeAgent, tool, ToolCallingAgent } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { z } from "zod";
`;

const { folder, versions } = installPackages();
const typescript = dirname(createRequire(import.meta.url).resolve("typescript/package.json"));
writeProject("empty", "");
writeProject("full", fullProgram());
const times = measure();
const ratio = median(times.full) / median(times.empty);
say(`Node ${process.versions.node}, vitrine ${versions["vitrine"]}, zod ${versions["zod"]}\n`);
say(
  table([
    ["tsc --noEmit, ms", "min / median / max"],
    ["imports alone", spread(times.empty, 0)],
    [`${TOOLS} tools, ${AGENTS} nested agents`, spread(times.full, 0)],
    ["ratio of medians", `${ratio.toFixed(2)} (promised: < ${PROMISED_RATIO})`],
  ]),
);
if (!(ratio < PROMISED_RATIO)) {
  say(`\nNot kept: tsc takes ${ratio.toFixed(2)} times as long, and less than ${PROMISED_RATIO} is promised.`);
  process.exitCode = 1;
}

/** A project of one file. Both have the same settings: strict, and what a user of Node's modules writes. */
function writeProject(name: string, program: string): void {
  const project = join(folder, `tsc-${name}`);
  mkdirSync(project, { recursive: true });
  const compilerOptions = {
    target: "es2023",
    module: "nodenext",
    types: ["node"],
    strict: true,
    exactOptionalPropertyTypes: true,
    noUncheckedIndexedAccess: true,
    verbatimModuleSyntax: true,
    skipLibCheck: true,
    noEmit: true,
  };
  writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: ["program.ts"] }));
  writeFileSync(join(project, "program.ts"), `${IMPORTS}${program}`);
}

/** Tools whose types are worth inferring, and agents of both kinds with typed answers, each of which manages the one before. */
function fullProgram(): string {
  const tools = Array.from({ length: TOOLS }, (_, index) => toolText(index));
  const perAgent = TOOLS / AGENTS;
  const agents = Array.from({ length: AGENTS }, (_, index) => {
    const names = Array.from({ length: perAgent }, (_unused, offset) => `tool${index * perAgent + offset}`);
    return agentText(index, names);
  });
  const end = `const { output } = await agent${AGENTS - 1}.run("task");\nexport const answer: string = output.answer;\n`;
  return ["const model = new ScriptedModel([]);", ...tools, ...agents, end].join("\n");
}

function toolText(index: number): string {
  return `const tool${index} = tool({
  name: "tool_${index}",
  description: "Does thing ${index}.",
  inputSchema: z.object({
    place: z.string().min(1).describe("Where"),
    count${index}: z.int().default(${index}),
    mode: z.enum(["fast", "slow", "mode${index}"]).optional(),
    range: z.object({ from: z.number(), to: z.number().nullable() }),
    tags: z.array(z.union([z.string(), z.object({ key: z.string(), value: z.boolean() })])),
  }),
  outputSchema: z.object({ total: z.number(), names: z.array(z.string()) }),
  async execute({ place, count${index}, mode, range, tags }, { log, signal }) {
    log(place.toUpperCase(), mode ?? "fast", signal.aborted);
    const names = tags.map((tag) => (typeof tag === "string" ? tag : tag.key));
    return { total: count${index} + range.from + (range.to ?? 0), names };
  },
});`;
}

function agentText(index: number, toolNames: readonly string[]): string {
  const managed = index === 0 ? "" : `agent${index - 1}`;
  return `const agent${index} = new ${index % 2 === 0 ? "ToolCallingAgent" : "CodeAgent"}({
  name: "agent_${index}",
  description: "Does the things of agent ${index}.",
  model,
  tools: [${toolNames.join(", ")}],
  managedAgents: [${managed}],
  outputSchema: z.object({ answer: z.string(), sources: z.array(z.object({ url: z.url(), page${index}: z.int() })) }),
});`;
}

/** In turns, after one uncounted round that fills the file system's caches. */
function measure(): Record<(typeof PROGRAMS)[number], number[]> {
  const measured: Record<(typeof PROGRAMS)[number], number[]> = { empty: [], full: [] };
  for (let round = 0; round <= ROUNDS; round++) {
    for (const name of PROGRAMS) {
      const ms = compile(name);
      if (round > 0) measured[name].push(ms);
    }
  }
  return measured;
}

function compile(name: string): number {
  const startedAt = performance.now();
  const args = [join(typescript, "bin", "tsc"), "-p", join(folder, `tsc-${name}`)];
  const { status, stdout, stderr } = spawnSync(process.execPath, args, { encoding: "utf8" });
  if (status !== 0) throw new Error(`tsc refused the "${name}" program:\n${stdout}${stderr}`);
  return performance.now() - startedAt;
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
