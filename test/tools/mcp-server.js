import { McpServer, ProtocolError } from "@modelcontextprotocol/server";

/** A picture of one pixel. */
export const PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";

/** @param {string} name @param {object} [more] */
const tool = (name, more) => ({ name, inputSchema: { type: /** @type {const} */ ("object") }, ...more });

const ADD = tool("add-numbers", {
  description: "Adds two numbers.",
  annotations: { readOnlyHint: true },
  inputSchema: { type: "object", properties: { a: { type: "number" }, b: { type: "number" } }, required: ["a", "b"] },
});

const REST = [
  tool("two texts"),
  tool("weather", {
    outputSchema: { type: "object", properties: { celsius: { type: "number" } }, required: ["celsius"] },
  }),
  tool("picture"),
  tool("page"),
  tool("fail"),
  tool("refuse"),
  tool("wait"),
  tool("state"),
  tool("exit"),
  tool("rename"),
  tool("rename_quietly"),
  tool("odd", { inputSchema: { type: "object", properties: { x: { $ref: "https://example.com/nowhere" } } } }),
  tool("secret"),
];

const image = { type: /** @type {const} */ ("image"), data: PIXEL, mimeType: "image/png" };

/** @param {...string} texts */
const say = (...texts) => ({ content: texts.map((text) => ({ type: /** @type {const} */ ("text"), text })) });

/**
 * Makes a real MCP server that gives its tools in pages of three.
 *
 * @param {{ exit: (requestId: string | number) => unknown }} options `exit` is what the tool of that name does.
 */
export function makeServer({ exit }) {
  const { server } = new McpServer(
    { name: "fixture", version: "1" },
    { capabilities: { tools: { listChanged: true } } },
  );
  const state = { running: 0, cancelled: 0, secret: process.env["SECRET"] ?? "none", pid: process.pid };
  let tools = [ADD, ...REST];
  server.setRequestHandler("tools/list", ({ params }) => {
    const start = Number(params?.cursor ?? 0);
    const next = start + 3 < tools.length ? { nextCursor: String(start + 3) } : {};
    return { tools: tools.slice(start, start + 3), ...next };
  });
  /** @param {AbortSignal} signal @returns {Promise<ReturnType<typeof say>>} */
  const wait = (signal) =>
    new Promise((resolve) => {
      state.running++;
      signal.addEventListener("abort", () => {
        state.cancelled++;
        resolve(say("late"));
      });
    });
  const rename = () => {
    tools = [tool("plus"), ...REST];
  };
  server.setRequestHandler("tools/call", async ({ params }, { mcpReq }) => {
    const { name, arguments: input = {} } = params;
    if (!tools.some((known) => known.name === name)) throw new ProtocolError(-32_602, `Tool ${name} not found`);
    switch (name) {
      case "add-numbers":
        return say(String(Number(input["a"]) + Number(input["b"])));
      case "two texts":
        return say("one", "two");
      case "weather":
        return { ...say("21 degrees"), structuredContent: { celsius: 21 } };
      case "picture":
        return { content: [image] };
      case "page":
        return { content: [...say("above").content, image, ...say("below", "end").content] };
      case "fail":
        return { ...say("no such city: Atlantis"), isError: true };
      case "refuse":
        throw new ProtocolError(-32_603, "not on Sundays");
      case "wait":
        return wait(mcpReq.signal);
      case "exit":
        await exit(mcpReq.id);
        return wait(mcpReq.signal);
      case "rename":
        rename();
        await server.sendToolListChanged();
        return say("renamed");
      case "rename_quietly":
        rename();
        return say("renamed");
      default:
        return say(JSON.stringify(state));
    }
  });
  return server;
}
