import { z } from "zod";
import type { JsonSchema } from "../models/message.ts";
import type { McpConnection, McpToolAnnotations, McpToolFacts } from "./mcp-connection.ts";
import { readMcpResult } from "./mcp-result.ts";
import type { Schema } from "./schema.ts";
import { Tool, type ToolContext } from "./tool.ts";
import { assertIdentifier } from "./tool-spec.ts";

/** What a predicate is told of a call of an MCP tool. `name` is the server's. */
interface McpCallFacts {
  readonly name: string;
  readonly input: unknown;
  readonly annotations: McpToolAnnotations;
}

/** Whether the agent's `approve` must be asked before a call: always, or as a function of the call says. */
export type McpApproval = boolean | ((call: McpCallFacts) => boolean | Promise<boolean>);

interface McpToolSettings {
  readonly connection: Pick<McpConnection, "call">;
  readonly name: string;
  readonly needsApproval: McpApproval;
  readonly timeoutMs: number;
}

/** Offers a tool of an MCP server as one of ours. */
export class McpTool extends Tool {
  readonly name: string;
  readonly description: string;
  readonly inputSchema: Schema;
  override readonly outputSchema: Schema | undefined;
  override readonly timeoutMs: number;
  /** The name that the server knows. */
  readonly serverToolName: string;
  readonly annotations: McpToolAnnotations;
  readonly #settings: McpToolSettings;

  constructor(facts: McpToolFacts, settings: McpToolSettings) {
    super();
    this.name = settings.name;
    this.serverToolName = facts.name;
    this.description = facts.description ?? facts.title ?? facts.annotations?.title ?? facts.name;
    this.inputSchema = readable(facts.inputSchema);
    this.outputSchema = facts.outputSchema && readable(facts.outputSchema);
    this.annotations = facts.annotations ?? {};
    this.timeoutMs = settings.timeoutMs;
    this.#settings = settings;
  }

  override needsApproval(input: unknown): boolean | Promise<boolean> {
    const { needsApproval } = this.#settings;
    if (typeof needsApproval === "boolean") return needsApproval;
    return needsApproval({ name: this.serverToolName, input, annotations: this.annotations });
  }

  protected override async execute(input: unknown, { signal }: ToolContext): Promise<unknown> {
    const result = await this.#settings.connection.call({ name: this.serverToolName, input, signal });
    return readMcpResult(result, { hasOutputSchema: this.outputSchema !== undefined });
  }
}

/**
 * Makes identifiers of the names of a server's tools, in their order, and no two the same.
 *
 * What is no letter, digit or _ becomes _; a word that JavaScript keeps for itself, and a name that is taken, get a _ or a number at their end.
 */
export function identifiersOf(names: readonly string[], prefix = ""): string[] {
  const taken = new Set<string>();
  return names.map((name) => {
    const plain = identifierOf(prefix + name);
    let free = plain;
    for (let count = 2; taken.has(free); count++) free = `${plain}_${count}`;
    taken.add(free);
    return free;
  });
}

function identifierOf(name: string): string {
  const plain = name.replaceAll(/[^\w$]/g, "_").replace(/^(?=\d|$)/, "_");
  try {
    assertIdentifier(plain, "tool");
    return plain;
  } catch {
    return `${plain}_`;
  }
}

/** A schema beyond what can be checked here is only shown: the server checks its input, and the MCP client the output. */
function readable(schema: JsonSchema): Schema {
  try {
    z.fromJSONSchema(schema);
    return schema;
  } catch {
    return {
      "~standard": {
        vendor: "mcp",
        validate: (value: unknown) => ({ value }),
        jsonSchema: { input: () => ({ ...schema }) },
      },
    };
  }
}
