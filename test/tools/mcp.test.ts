import { EventEmitter, once } from "node:events";
import { describe, expect, it } from "vitest";
import { AgentAbortError, ConfigurationError, ToolExecutionError, ToolInputError } from "../../src/errors.ts";
import { mcpTools } from "../../src/tools/mcp.ts";
import { identifiersOf, McpTool } from "../../src/tools/mcp-tool.ts";
import { nameMcpServer } from "../../src/tools/mcp-server.ts";
import { toolSpec } from "../../src/tools/tool-spec.ts";
import { connect, STDIO, toolOf, untilState } from "./mcp-calls.ts";
import { startHttpServer } from "./mcp-http-server.ts";
import { PIXEL } from "./mcp-server.js";

const WAYS = [
  ["stdio", async () => STDIO],
  ["streamable HTTP", startHttpServer],
] as const;

describe.each(WAYS)("the tools of an MCP server, by %s", (_way, start) => {
  it("are all of its pages, under names that code can call", async () => {
    const mcp = await connect(await start());
    expect([...mcp].map(({ name }) => name)).toEqual(
      "add_numbers two_texts weather picture page fail refuse wait state exit rename rename_quietly odd secret".split(
        " ",
      ),
    );
  });

  it("tell models what the server says of them", async () => {
    const add = toolOf(await connect(await start()), "add_numbers");
    expect(toolSpec(add)).toEqual({
      name: "add_numbers",
      description: "Adds two numbers.",
      inputSchema: expect.objectContaining({ type: "object", required: ["a", "b"] }),
    });
    expect(add).toMatchObject({ serverToolName: "add-numbers", annotations: { readOnlyHint: true } });
  });

  it.each([
    ["add_numbers", { a: 2, b: 3 }, "5"],
    ["two_texts", {}, "one\n\ntwo"],
    ["weather", {}, { celsius: 21 }],
    ["picture", {}, { type: "image", url: `data:image/png;base64,${PIXEL}` }],
    ["page", {}, ["above", { type: "image", url: `data:image/png;base64,${PIXEL}` }, "below\n\nend"]],
  ])("give what the server gives: %s", async (name, input, output) => {
    expect(await toolOf(await connect(await start()), name).call(input)).toEqual(output);
  });

  it.each([
    ["fail", "no such city: Atlantis"],
    ["refuse", "not on Sundays"],
  ])("fail with what the server says: %s", async (name, reason) => {
    const failure: unknown = await toolOf(await connect(await start()), name)
      .call({})
      .catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(ToolExecutionError);
    expect(failure).toMatchObject({ message: expect.stringContaining(reason) });
  });

  it("are cancelled at the server by an abort", async () => {
    const mcp = await connect(await start());
    const abort = new AbortController();
    const call = toolOf(mcp, "wait").call({}, { signal: abort.signal });
    await untilState(mcp, ({ running }) => running === 1);
    abort.abort("enough");
    await expect(call).rejects.toBeInstanceOf(AgentAbortError);
    expect(await untilState(mcp, ({ cancelled }) => cancelled === 1)).toMatchObject({ running: 1 });
  });

  it("change with the server's, and one that is gone says what is there", async () => {
    const server = await start();
    const changes = new EventEmitter();
    const mcp = await connect({ ...server, onChange: (tools) => changes.emit("change", tools) });
    const changed = once(changes, "change");
    const old = [...mcp];

    await toolOf(mcp, "rename").call({});

    const [tools] = await changed;
    expect([...mcp]).toEqual(tools);
    expect([...mcp].map(({ name }) => name)).toContain("plus");
    expect([...mcp].map(({ name }) => name)).not.toContain("add_numbers");
    await expect(toolOf({ tools: old }, "add_numbers").call({ a: 1, b: 2 })).rejects.toThrow(
      /has no tool "add-numbers" any more\. What it has now: plus, two texts,/,
    );
  });

  it("say what is there when one is gone of which the server said nothing", async () => {
    const mcp = await connect(await start());
    const add = toolOf(mcp, "add_numbers");
    await toolOf(mcp, "rename_quietly").call({});
    await expect(add.call({ a: 1, b: 2 })).rejects.toThrow(/no tool "add-numbers" any more\. What it has now: plus,/);
  });

  it("cannot be called after close, nor while it closes", async () => {
    const mcp = await connect(await start());
    const wait = toolOf(mcp, "wait");
    const failure = wait.call({}).catch((error: unknown) => error);
    await untilState(mcp, ({ running }) => running === 1);
    await mcp[Symbol.asyncDispose]();
    expect(await failure).toMatchObject({ message: expect.stringContaining('was closed while "wait" ran') });
    await expect(wait.call({})).rejects.toThrow(/was closed: make its tools anew/);
  });
});

describe("mcpTools", () => {
  it("has a call cancelled at the server when its time is over", async () => {
    const mcp = await connect({ ...(await startHttpServer()), timeoutMs: 2_000 });
    await expect(toolOf(mcp, "wait").call({})).rejects.toThrow(/2000 ms/);
    expect(await untilState(mcp, ({ cancelled }) => cancelled === 1)).toMatchObject({ running: 1 });
  });

  it("checks the input before the server is asked", async () => {
    const add = toolOf(await connect(STDIO), "add_numbers");
    await expect(add.call({ a: "2", b: 3 })).rejects.toBeInstanceOf(ToolInputError);
  });

  it("leaves a schema to the server that cannot be read here", async () => {
    const odd = toolOf(await connect(STDIO), "odd");
    expect(await odd.call({ x: 1 })).toContain("running");
    expect(toolSpec(odd).inputSchema).toMatchObject({ properties: { x: { $ref: "https://example.com/nowhere" } } });
  });

  it("takes the tools that are included, under a prefix", async () => {
    const mcp = await connect({ ...STDIO, include: ["add-numbers", "state"], prefix: "my-" });
    expect([...mcp].map(({ name }) => name)).toEqual(["my_add_numbers", "my_state"]);
    expect(await toolOf(mcp, "my_add_numbers").call({ a: 1, b: 1 })).toBe("2");
  });

  it("takes the tools that a predicate includes", async () => {
    const mcp = await connect({ ...STDIO, include: ({ annotations }) => annotations.readOnlyHint === true });
    expect([...mcp].map(({ name }) => name)).toEqual(["add_numbers"]);
  });

  it("refuses to include what is not there, and lists what is", async () => {
    await expect(mcpTools({ ...STDIO, include: ["add"] })).rejects.toThrow(
      /has no tool "add"\. It has: add-numbers, two texts/,
    );
  });

  it("asks for approval as it is told: always, or as a predicate of the call says", async () => {
    const always = toolOf(await connect({ ...STDIO, needsApproval: true }), "state");
    const mcp = await connect({
      ...STDIO,
      needsApproval: async ({ name, input, annotations }) =>
        annotations.readOnlyHint !== true || JSON.stringify([name, input]) === '["add-numbers",{"a":9}]',
    });
    const add = toolOf(mcp, "add_numbers");
    expect(await Promise.all([add.needsApproval({ a: 1 }), add.needsApproval({ a: 9 })])).toEqual([false, true]);
    expect(await toolOf(mcp, "state").needsApproval({})).toBe(true);
    expect(always.needsApproval({})).toBe(true);
    expect(toolOf(await connect(STDIO), "state").needsApproval({})).toBe(false);
  });

  it("gives the server the variables that it is told, and no others of ours", async () => {
    process.env["SECRET"] = "ours";
    const without = await untilState(await connect(STDIO), () => true);
    const given = await untilState(await connect({ ...STDIO, env: { SECRET: "theirs" } }), () => true);
    delete process.env["SECRET"];
    expect([without.secret, given.secret]).toEqual(["none", "theirs"]);
  });

  it("sends its headers with every request", async () => {
    const server = await startHttpServer();
    const mcp = await connect({ url: server.url, headers: { authorization: "Bearer key" } });
    await toolOf(mcp, "state").call({});
    expect(new Set(server.received.map(({ headers }) => headers.authorization))).toEqual(new Set(["Bearer key"]));
  });

  it("takes leave of an HTTP server when it is closed", async () => {
    const server = await startHttpServer();
    const mcp = await connect({ url: server.url });
    await mcp.close();
    expect(server.received.at(-1)?.method).toBe("DELETE");
  });

  it("ends the process of a server that it started when it is closed", async () => {
    const mcp = await connect(STDIO);
    const { pid } = await untilState(mcp, () => true);
    await mcp.close();
    expect(() => process.kill(pid, 0)).toThrow(/ESRCH/);
  });

  it.each([
    [{ command: "npx", args: ["-y", "some-server", "--key", "s3cret"] }, '"npx some-server"'],
    [{ command: "some-server", args: ["--key", "s3cret"] }, '"some-server"'],
    [{ url: "https://user:s3cret@host/mcp?key=s3cret" }, "at https://host/mcp"],
  ])("keeps secrets out of its messages: %j", (server, name) => {
    expect(nameMcpServer(server)).toBe(name);
  });

  it.each([
    ["no address", { url: "mcp" }],
    ["an address of another kind", { url: "file:///mcp" }],
    ["no command", { command: "" }],
  ])("refuses %s", async (_kind, options) => {
    await expect(mcpTools(options)).rejects.toBeInstanceOf(ConfigurationError);
  });

  it("names each tool once, as code can call it", () => {
    expect(identifiersOf(["a-b", "a.b", "1st", "class", "", "Ünder"])).toEqual([
      "a_b",
      "a_b_2",
      "_1st",
      "class_",
      "_",
      "_nder",
    ]);
  });

  it("makes tools that are tools of ours", async () => {
    expect([...(await connect(STDIO))].every((tool) => tool instanceof McpTool)).toBe(true);
  });
});
