import type { Client } from "@modelcontextprotocol/client";
import { throwIfAborted, untilAborted } from "../abort.ts";
import { AgentError } from "../errors.ts";
import { MAX_TIMEOUT_MS } from "./call-in-time.ts";
import { callFailure, connectFailure, isAnswered, isNotFound } from "./mcp-failure.ts";
import { loadMcpClient } from "./mcp-package.ts";
import type { McpResult } from "./mcp-result.ts";
import { makeMcpWire, type McpWire } from "./mcp-wire.ts";
import { type McpServer, nameMcpServer } from "./mcp-server.ts";

/** A tool as its server describes it. */
export interface McpToolFacts {
  /** As the server calls it. */
  readonly name: string;
  readonly title?: string | undefined;
  readonly description?: string | undefined;
  readonly inputSchema: { readonly [key: string]: unknown };
  readonly outputSchema?: { readonly [key: string]: unknown } | undefined;
  readonly annotations?: McpToolAnnotations | undefined;
}

/** Hints of the server about what a tool does. They are claims, and no more to be trusted than the server. */
export interface McpToolAnnotations {
  readonly title?: string | undefined;
  readonly readOnlyHint?: boolean | undefined;
  readonly destructiveHint?: boolean | undefined;
  readonly idempotentHint?: boolean | undefined;
  readonly openWorldHint?: boolean | undefined;
}

interface McpConnectionOptions {
  readonly server: McpServer;
  /** How long connecting and each reading of the list may take. */
  readonly timeoutMs: number;
  /** Gets the whole list, each time that it was read. */
  readonly onList?: (tools: readonly McpToolFacts[]) => void;
}

interface McpCall {
  readonly name: string;
  readonly input: unknown;
  readonly signal: AbortSignal;
}

/** One session with a server, from its handshake to its end. */
interface Session {
  readonly client: Client;
  readonly wire: McpWire;
  isOver: boolean;
  /** How many calls wait for their answer. */
  running: number;
  /** Settles when the list was last read. */
  listed: Promise<void>;
}

/** Speaks with one MCP server, and connects again for the next call after the server has ended. */
export class McpConnection {
  readonly serverName: string;
  readonly #options: McpConnectionOptions;
  #tools: readonly McpToolFacts[] = [];
  #session: Session | undefined;
  #opening: Promise<Session> | undefined;
  #wasOpen = false;
  readonly #closing = new AbortController();

  constructor(options: McpConnectionOptions) {
    this.#options = options;
    this.serverName = nameMcpServer(options.server);
  }

  /** Connects and reads the list of tools. Errors: AgentError that says what is wrong with the server; AgentAbortError. */
  async open(signal?: AbortSignal): Promise<void> {
    await untilAborted(this.#open(), signal);
  }

  /**
   * Calls a tool under the name that the server knows. The server is told of an abort.
   *
   * Errors: AgentError that says how the server ended, and what it has if the tool is gone; the server's own error; AgentAbortError.
   */
  async call(call: McpCall): Promise<McpResult> {
    const session = await untilAborted(this.#open(), call.signal);
    this.#assertThere(call.name);
    try {
      return await this.#send(session, call);
    } catch (thrown) {
      // The server does not know the session, so it has not begun: it was started anew.
      if (!isNotFound(thrown) || session.wire.transport.sessionId === undefined)
        throw await this.#failure(thrown, { session, call });
    }
    const renewed = await untilAborted(this.#open(), call.signal);
    return this.#send(renewed, call).catch(async (thrown: unknown) => {
      throw await this.#failure(thrown, { session: renewed, call });
    });
  }

  /** Ends the session and the server's process, if it has one. Never rejects; calls that run are failed. */
  async close(): Promise<void> {
    this.#closing.abort();
    const session = (await this.#opening?.catch(() => undefined)) ?? this.#session;
    this.#session = undefined;
    if (session) await end(session);
  }

  /** One opening for all who wait, and one attempt for each time that it is needed. */
  async #open(): Promise<Session> {
    if (this.#closing.signal.aborted)
      throw new AgentError(`The connection to the MCP server ${this.serverName} was closed: make its tools anew.`);
    if (this.#session && !this.#session.isOver) return this.#session;
    this.#opening ??= this.#connect().finally(() => (this.#opening = undefined));
    return this.#opening;
  }

  async #connect(): Promise<Session> {
    const { server, timeoutMs } = this.#options;
    const { Client } = await loadMcpClient();
    const client = new Client({ name: "vitrine", version: "0" });
    const wire = await makeMcpWire(server);
    const session: Session = { client, wire, isOver: false, running: 0, listed: Promise.resolve() };
    // oxlint-disable-next-line unicorn/prefer-add-event-listener -- the client has this one way to tell
    client.onclose = () => (session.isOver = true);
    client.setNotificationHandler("notifications/tools/list_changed", async () => this.#list(session));
    try {
      await client.connect(session.wire.transport, { timeout: timeoutMs, signal: this.#closing.signal });
      await this.#list(session);
    } catch (thrown) {
      const ending = await session.wire.ending();
      // Not awaited: a server that takes its time to end must not outlast the time-out.
      void end(session);
      throw connectFailure(thrown, { serverName: this.serverName, ending, timeoutMs, isAgain: this.#wasOpen });
    }
    this.#wasOpen = true;
    this.#session = session;
    return session;
  }

  /** One after the other, so that the list read last is the one that stays. */
  async #list(session: Session): Promise<void> {
    const before = session.listed;
    const read = (async () => {
      await before;
      const options = { timeout: this.#options.timeoutMs, signal: this.#closing.signal, cacheMode: "refresh" } as const;
      const { tools } = await session.client.listTools(undefined, options);
      if (session.isOver) return;
      this.#tools = tools;
      this.#options.onList?.(tools);
    })();
    session.listed = read.catch(() => {});
    return read;
  }

  async #send(session: Session, { name, input, signal }: McpCall): Promise<McpResult> {
    session.running++;
    try {
      const given = typeof input === "object" && input !== null ? { arguments: { ...input } } : {};
      // The tool has its own time limit, and aborts.
      return await session.client.callTool({ name, ...given }, { signal, timeout: MAX_TIMEOUT_MS });
    } catch (thrown) {
      throwIfAborted(signal);
      if (!isAnswered(thrown)) this.#leave(session);
      throw thrown;
    } finally {
      session.running--;
      if (session.isOver && session.running === 0 && this.#session !== session) void end(session);
    }
  }

  /** The next call begins anew; calls that still run on the old session may come to their end. */
  #leave(session: Session): void {
    session.isOver = true;
    if (this.#session === session) this.#session = undefined;
  }

  async #failure(thrown: unknown, { session, call }: { session: Session; call: McpCall }): Promise<unknown> {
    throwIfAborted(call.signal);
    if (thrown instanceof AgentError) return thrown;
    if (isAnswered(thrown) && !session.isOver) {
      // The server may have dropped the tool without a word.
      await this.#list(session).catch(() => {});
      this.#assertThere(call.name);
      return thrown;
    }
    const ending = await session.wire.ending();
    return callFailure(thrown, {
      serverName: this.serverName,
      toolName: call.name,
      ending,
      isClosed: this.#closing.signal.aborted,
    });
  }

  #assertThere(name: string): void {
    const names = this.#tools.map((tool) => tool.name);
    if (names.includes(name)) return;
    throw new AgentError(
      `The MCP server ${this.serverName} has no tool "${name}" any more. What it has now: ${names.join(", ") || "none"}.`,
    );
  }
}

async function end({ client, wire }: Session): Promise<void> {
  await wire.takeLeave();
  await client.close().catch(() => {});
}
