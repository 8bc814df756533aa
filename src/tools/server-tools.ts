import { ConfigurationError } from "../errors.ts";
import { McpConnection, type McpToolAnnotations, type McpToolFacts } from "./mcp-connection.ts";
import type { McpAddress, McpCommand } from "./mcp-server.ts";
import { identifiersOf, type McpApproval, McpTool } from "./mcp-tool.ts";
import type { Tool } from "./tool.ts";

/** What a predicate is told of a tool. `name` is the server's. */
interface McpToolDescription {
  readonly name: string;
  readonly description: string;
  readonly annotations: McpToolAnnotations;
}

/** Says what to take of an MCP server, and how. */
export interface McpSettings {
  /** The tools to take, by the server's names; all, if absent. */
  readonly include?: readonly string[] | ((tool: McpToolDescription) => boolean);
  /** Set before each name that models see, to tell the tools of several servers apart: `"github_"`. */
  readonly prefix?: string;
  readonly needsApproval?: McpApproval;
  /** How long connecting, and then each call, may take: a minute if not given. */
  readonly timeoutMs?: number;
  /** Gives up connecting. The calls have the signal of their run. */
  readonly signal?: AbortSignal;
  /** Called with the tools that are there now, after the server said that they changed and after each new connection but the first. */
  readonly onChange?: (tools: readonly Tool[]) => void;
}

/** Says where the MCP server is, and what to take of it: `{ command, args }` starts one, `{ url }` speaks to one by streamable HTTP. */
export type McpOptions = (McpCommand | McpAddress) & McpSettings;

/** The tools of an MCP server, for as long as they are needed: `tools: [...mcp]`. Close it, or hold it by `await using`. */
export interface McpTools extends Iterable<Tool>, AsyncDisposable {
  /** What the server has now. */
  readonly tools: readonly Tool[];
  /** Ends the connection, and the process of a server that was started. Never rejects. Until then that process keeps this one alive. */
  close(): Promise<void>;
}

/** Holds the tools of a server, as they are after each reading of its list. */
export class ServerTools implements McpTools {
  #tools: readonly McpTool[] = [];
  #isOpen = false;
  readonly #options: McpOptions;
  readonly #connection: McpConnection;

  constructor(options: McpOptions) {
    const { timeoutMs = 60_000 } = options;
    this.#options = options;
    this.#connection = new McpConnection({ server: options, timeoutMs, onList: (facts) => this.#take(facts) });
  }

  get tools(): readonly Tool[] {
    return this.#tools;
  }

  [Symbol.iterator](): Iterator<Tool> {
    return this.#tools[Symbol.iterator]();
  }

  async open(): Promise<void> {
    await this.#connection.open(this.#options.signal);
    this.#isOpen = true;
  }

  async close(): Promise<void> {
    await this.#connection.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  #take(facts: readonly McpToolFacts[]): void {
    const { include, prefix, needsApproval = false, timeoutMs = 60_000, onChange } = this.#options;
    if (!this.#isOpen) assertIncluded(facts, include);
    const names = identifiersOf(
      facts.map(({ name }) => name),
      prefix,
    );
    this.#tools = facts.flatMap((tool, index) => {
      const name = names[index] ?? tool.name;
      const settings = { connection: this.#connection, name, needsApproval, timeoutMs };
      return isIncluded(tool, include) ? [new McpTool(tool, settings)] : [];
    });
    if (this.#isOpen) onChange?.(this.#tools);
  }
}

function isIncluded(
  { name, description = "", annotations = {} }: McpToolFacts,
  include: McpSettings["include"],
): boolean {
  if (include === undefined) return true;
  return typeof include === "function" ? include({ name, description, annotations }) : include.includes(name);
}

function assertIncluded(facts: readonly McpToolFacts[], include: McpSettings["include"]): void {
  if (include === undefined || typeof include === "function") return;
  const names = facts.map(({ name }) => name);
  const missing = include.filter((name) => !names.includes(name));
  if (missing.length === 0) return;
  throw new ConfigurationError(
    `The MCP server has no tool ${missing.map((name) => `"${name}"`).join(", ")}. It has: ${names.join(", ")}.`,
  );
}
