import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { describe, expect, it } from "vitest";
import { AgentAbortError, AgentError } from "../../src/errors.ts";
import { mcpTools } from "../../src/tools/mcp.ts";
import { send, startServer } from "../support/http-server.ts";
import { connect, STDIO, toolOf, untilState } from "./mcp-calls.ts";
import { startHttpServer } from "./mcp-http-server.ts";

const run = promisify(execFile);
const SOURCE = new URL("../../src/tools/mcp.ts", import.meta.url).href;

describe("an MCP server that ends while a tool runs", () => {
  it("fails the call with its exit code and its last lines, and is started again for the next", async () => {
    const mcp = await connect(STDIO);
    const failure: unknown = await toolOf(mcp, "exit")
      .call({})
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(AgentError);
    expect(failure).toMatchObject({
      message: expect.stringMatching(
        /ended with exit code 7\. The last it wrote to stderr:\nline 11\n(.*\n)*line 30\n/,
      ),
    });
    expect(failure).toMatchObject({ message: expect.stringContaining("The next call connects again.") });
    expect(await toolOf(mcp, "add_numbers").call({ a: 2, b: 3 })).toBe("5");
  });

  it("fails every call that waits", async () => {
    const mcp = await connect(STDIO);
    const waiting = toolOf(mcp, "wait").call({});
    await untilState(mcp, ({ running }) => running === 1);
    const ended = await Promise.allSettled([waiting, toolOf(mcp, "exit").call({})]);
    expect(ended.map(({ status }) => status)).toEqual(["rejected", "rejected"]);
    const again = await Promise.all([1, 2].map(async (a) => toolOf(mcp, "add_numbers").call({ a, b: 0 })));
    expect(again).toEqual(["1", "2"]);
  });

  it.each([
    ["all connections break off", { endsStream: false }],
    ["the stream of the answer ends", { endsStream: true }],
  ])("fails the call over HTTP when %s, and the next has a new session", async (_when, options) => {
    const server = await startHttpServer(options);
    const mcp = await connect({ url: server.url });
    await expect(toolOf(mcp, "exit").call({})).rejects.toThrow(
      /The MCP server at http:\/\/127\.0\.0\.1:\d+\/mcp ended the connection.* while "exit" ran/,
    );
    expect(await toolOf(mcp, "add_numbers").call({ a: 2, b: 3 })).toBe("5");
  });

  it("says so when it cannot be connected to again", async () => {
    const server = await startHttpServer();
    const mcp = await connect({ url: server.url });
    const add = toolOf(mcp, "add_numbers");
    await server.stop();
    await expect(add.call({ a: 2, b: 3 })).rejects.toThrow(
      /ended the connection \(fetch failed: .*while "add-numbers" ran/,
    );
    await expect(add.call({ a: 2, b: 3 })).rejects.toThrow(/ended before, and connecting again failed:.*ECONNREFUSED/);
  });

  it("fails the call, also when a child of its own lives on", async () => {
    const [script = ""] = STDIO.args;
    const mcp = await connect({ command: process.execPath, args: [script, "parent"] });
    await expect(toolOf(mcp, "exit").call({})).rejects.toThrow(/ended with exit code 7/);
  });

  it("tells of the tools that are there after it was started again", async () => {
    const told: number[] = [];
    const mcp = await connect({ ...STDIO, onChange: (tools) => told.push(tools.length) });
    await toolOf(mcp, "exit")
      .call({})
      .catch(() => {});
    await toolOf(mcp, "state").call({});
    expect(told).toEqual([mcp.tools.length]);
  });

  it("is not noticed when it was started anew between two calls", async () => {
    const server = await startHttpServer();
    const mcp = await connect({ url: server.url });
    server.forget();
    expect(await toolOf(mcp, "add_numbers").call({ a: 2, b: 3 })).toBe("5");
  });
});

describe("mcpTools, of a server that is not as it ought to be", () => {
  it("says what a server wrote that ended at once", async () => {
    const [script = ""] = STDIO.args;
    await expect(mcpTools({ command: process.execPath, args: [script, "broken"] })).rejects.toThrow(
      /mcp-stdio-server\.js" ended with exit code 3\. The last it wrote to stderr:\nno configuration file\n/,
    );
  });

  it("says that a command is not there", async () => {
    await expect(mcpTools({ command: "no-such-mcp-server" })).rejects.toThrow(
      /"no-such-mcp-server" cannot be reached: spawn no-such-mcp-server ENOENT/,
    );
  });

  it("does not wait longer than it is told for one that is silent", async () => {
    const [script = ""] = STDIO.args;
    await expect(mcpTools({ command: process.execPath, args: [script, "silent"], timeoutMs: 50 })).rejects.toThrow(
      /did not answer within 50 ms/,
    );
  });

  it("gives up when it is told to", async () => {
    const [script = ""] = STDIO.args;
    const abort = new AbortController();
    const connecting = mcpTools({ command: process.execPath, args: [script, "silent"], signal: abort.signal });
    abort.abort();
    await expect(connecting).rejects.toBeInstanceOf(AgentAbortError);
  });

  it.each([
    [401, /answered 401 Unauthorized\. Give what it asks for in `headers`/],
    [404, /answered 404 Not Found\. Is that the address/],
    [503, /answered 503 Service Unavailable/],
  ])("gives the address and the status %i", async (status, message) => {
    const url = await startServer((response) => send(response, { status, body: "<p>no" }));
    const failure: unknown = await mcpTools({ url: `${url}/mcp?key=secret` }).catch((error: unknown) => error);
    expect(failure).toMatchObject({ message: expect.stringMatching(message) });
    expect(failure).toMatchObject({ message: expect.stringContaining(`${url}/mcp answered`) });
  });

  it("says that nothing is at an address", async () => {
    const server = await startHttpServer();
    await server.stop();
    await expect(mcpTools({ url: server.url })).rejects.toThrow(
      /\/mcp cannot be reached: fetch failed: .*ECONNREFUSED/,
    );
  });

  it("says what to install when the package is missing", async () => {
    const hooks = `export const resolve = (name, context, next) => {
      if (name.startsWith("@modelcontextprotocol/")) throw Object.assign(new Error("no"), { code: "ERR_MODULE_NOT_FOUND" });
      return next(name, context);
    };`;
    const { stdout } = await runProgram(`
      import { register } from "node:module";
      register("data:text/javascript," + encodeURIComponent(${JSON.stringify(hooks)}));
      const { mcpTools } = await import(${JSON.stringify(SOURCE)});
      await mcpTools({ command: "x" }).catch(({ name, message }) => console.log(name + ": " + message));`);
    expect(stdout).toBe(
      "ConfigurationError: Tools of MCP servers need the @modelcontextprotocol/client package: npm install @modelcontextprotocol/client\n",
    );
  });
});

describe("a program that used an MCP server", () => {
  it("ends by itself after close, and so does the server, which has printed nothing", async () => {
    const { stdout, stderr } = await runProgram(`
      const { mcpTools } = await import(${JSON.stringify(SOURCE)});
      const mcp = await mcpTools(${JSON.stringify(STDIO)});
      await [...mcp].find(({ name }) => name === "exit").call({}).catch(() => {});
      await [...mcp].find(({ name }) => name === "add_numbers").call({ a: 1, b: 1 });
      await mcp.close();
      console.log("done");`);
    expect(stdout).toBe("done\n");
    expect(stderr).toBe("");
  });
});

async function runProgram(program: string): Promise<{ stdout: string; stderr: string }> {
  return run(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program]);
}
