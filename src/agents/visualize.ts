import { wrap } from "../console/layout.ts";
import type { JsonSchema } from "../models/message.ts";
import { schemaType } from "../prompts/schema-type.ts";
import { toJsonSchema } from "../tools/schema.ts";
import { Tool } from "../tools/tool.ts";

/** What is looked at of an agent. One of somebody's own may lack all but its name. */
export interface VisibleAgent {
  readonly name: string | undefined;
  readonly description?: string | undefined;
  readonly model?: { readonly modelId: string };
  readonly tools?: readonly Tool[];
  readonly managedAgents?: readonly VisibleAgent[];
  /** What code may import. */
  readonly authorizedImports?: readonly string[];
}

/** Says how a tree is drawn. */
export interface VisualizeOptions {
  /** In characters; texts are broken to fit, as long as 40 are left for them beside the branches. 100 if absent. */
  readonly width?: number;
}

/**
 * Draws what an agent is made of, as a tree of text: its class and model, what its code may import, its tools, and the agents that it manages.
 *
 * Source: smolagents monitoring.py, visualize_agent_tree.
 */
export function visualizeAgent(agent: VisibleAgent, { width = 100 }: VisualizeOptions = {}): string {
  return [headOf(agent), ...bodyOf(agent, width)].join("\n");
}

function headOf({ name, model, constructor }: VisibleAgent): string {
  const isNamed = name !== undefined && name !== "";
  return [isNamed ? `${constructor.name} ${name}` : constructor.name, model?.modelId ?? []].flat().join(" | ");
}

function bodyOf(agent: VisibleAgent, width: number): string[] {
  const { description = "", authorizedImports: imports } = agent;
  const inner = Math.max(MIN_WIDTH, width - BRANCH.length);
  const tools = listOf(agent.tools).filter((tool) => tool instanceof Tool);
  const managed = listOf(agent.managedAgents).map((each) => [headOf(each), ...bodyOf(each, inner - BRANCH.length)]);
  const branches = [
    description === "" ? [] : fill(description, inner),
    imports ? fill(`Authorised imports: ${imports.join(", ") || "none"}`, inner) : [],
    tools.length > 0 ? ["Tools:", ...toolTable(tools, inner)] : [],
    managed.length > 0 ? ["Managed agents:", ...branch(managed)] : [],
  ];
  return branch(branches.filter((lines) => lines.length > 0));
}

const BRANCH = "├── ";
const MIN_WIDTH = 40;

/** Hangs each block on a line; the last one ends it. */
function branch(blocks: readonly (readonly string[])[]): string[] {
  return blocks.flatMap((lines, block) => {
    const isLast = block === blocks.length - 1;
    return lines.map((line, index) => {
      const lead = index === 0 ? (isLast ? "└── " : BRANCH) : isLast ? "    " : "│   ";
      return (lead + line).trimEnd();
    });
  });
}

function toolTable(tools: readonly Tool[], width: number): string[] {
  const head = ["Name", "Description", "Arguments"] as const;
  const nameWidth = Math.min(30, Math.max(head[0].length, ...tools.map(({ name }) => name.length)));
  const textWidth = Math.max(10, Math.floor((width - nameWidth - 2 * GAP.length) / 2));
  const row = (cells: readonly (readonly string[])[]): string[] =>
    Array.from({ length: Math.max(...cells.map(({ length }) => length)) }, (_, line) =>
      cells.map((cell, column) => (cell[line] ?? "").padEnd(column === 0 ? nameWidth : textWidth)).join(GAP),
    );
  const rows = tools.flatMap((tool) =>
    row([
      fill(tool.name, nameWidth),
      fill(tool.description, textWidth),
      argumentsOf(tool).flatMap((line) => fill(line, textWidth)),
    ]),
  );
  return [...row(head.map((title) => [title])), ...row([nameWidth, textWidth, textWidth].map(dashes)), ...rows];
}

const GAP = "  ";

function dashes(length: number): string[] {
  return ["─".repeat(length)];
}

/** `location (string): where`, a line each; `?` for one that may be left out. */
function argumentsOf({ inputSchema }: Tool): string[] {
  const { properties = {}, required } = toJsonSchema(inputSchema);
  return Object.entries(asSchema(properties)).map(([name, property]) => {
    const schema = asSchema(property);
    const isRequired = Array.isArray(required) && required.includes(name);
    const said = typeof schema["description"] === "string" ? `: ${schema["description"]}` : "";
    return `${name}${isRequired ? "" : "?"} (${schemaType(schema)})${said}`;
  });
}

function asSchema(value: unknown): JsonSchema {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

/** An agent of somebody's own may keep something else under the name. */
function listOf<T>(list: readonly T[] | undefined): readonly T[] {
  return Array.isArray(list) ? list : [];
}

/** Breaks words too, where a column would not hold them. */
function fill(text: string, width: number): string[] {
  const tooLong = new RegExp(`\\S{${width}}(?=\\S)`, "g");
  return text.split("\n").flatMap((line) => wrap(line.replaceAll(tooLong, "$& "), width));
}
