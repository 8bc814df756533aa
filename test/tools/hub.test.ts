import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { afterEach, describe, expect, it, vi } from "vitest";
import { AgentAbortError, ConfigurationError } from "../../src/errors.ts";
import { loadTool, spaceEndpoint } from "../../src/tools/hub.ts";
import { startHttpServer } from "./mcp-http-server.ts";

const run = promisify(execFile);
const SOURCE = new URL("../../src/tools/hub.ts", import.meta.url).href;
const TRUSTED = { trustRemoteCode: true };

afterEach(() => vi.unstubAllEnvs());

describe("loadTool", () => {
  it("refuses a Space whose code is not trusted, and says what that means", async () => {
    const refused = loadTool("owner/name", { trustRemoteCode: false });
    await expect(refused).rejects.toBeInstanceOf(ConfigurationError);
    await expect(refused).rejects.toThrow(
      /code that others wrote.*huggingface\.co\/spaces\/owner\/name.*trustRemoteCode: true/,
    );
  });

  it.each(["name", "a/b/c", "", "owner/na me", "https://huggingface.co/spaces/owner/name"])(
    "refuses %j, which is no id of a Space",
    async (id) => {
      await expect(loadTool(id, TRUSTED)).rejects.toThrow(/is no id of a Space/);
    },
  );

  it.each([
    ["gradio/mcp_tools", "https://gradio-mcp-tools.hf.space/gradio_api/mcp/"],
    ["Some-One/LTX.2_Turbo", "https://some-one-ltx-2-turbo.hf.space/gradio_api/mcp/"],
  ])("looks for %s at %s", (id, address) => {
    expect(spaceEndpoint(id)).toBe(address);
  });

  it("gives the first tool of the Space, which can be called any number of times", async () => {
    const { url } = await startHttpServer();
    const add = await loadTool("owner/name", { ...TRUSTED, endpoint: url });
    expect(add).toMatchObject({ name: "add_numbers", description: "Adds two numbers." });
    expect(await Promise.all([add.call({ a: 2, b: 3 }), add.call({ a: 1, b: 1 })])).toEqual(["5", "2"]);
  });

  it("gives the tool that is asked for, under a name and a description of one's own", async () => {
    const { url } = await startHttpServer();
    const options = {
      ...TRUSTED,
      endpoint: url,
      toolName: "weather",
      name: "my_weather",
      description: "Looks outside.",
    };
    const weather = await loadTool("owner/name", options);
    expect(weather).toMatchObject({ name: "my_weather", description: "Looks outside." });
    expect(await weather.call({})).toEqual({ celsius: 21 });
  });

  it("lists what the Space has when it has no tool of that name", async () => {
    const { url } = await startHttpServer();
    const asked = loadTool("owner/name", { ...TRUSTED, endpoint: url, toolName: "draw" });
    await expect(asked).rejects.toThrow(/"owner\/name" has no tool "draw"\. It has: add-numbers, two texts,/);
  });

  it.each([
    ["HF_TOKEN", {}, "Bearer hf_environment"],
    ["the token that is given", { token: "hf_given" }, "Bearer hf_given"],
  ])("shows %s to the Space", async (_what, options, authorization) => {
    vi.stubEnv("HF_TOKEN", "hf_environment");
    const { url, received } = await startHttpServer();
    const tool = await loadTool("owner/name", { ...TRUSTED, endpoint: url, ...options });
    await tool.call({ a: 1, b: 1 });
    expect(new Set(received.map(({ headers }) => headers.authorization))).toEqual(new Set([authorization]));
  });

  it("sends no token where there is none", async () => {
    vi.stubEnv("HF_TOKEN", "");
    const { url, received } = await startHttpServer();
    await loadTool("owner/name", { ...TRUSTED, endpoint: url });
    expect(received.every(({ headers }) => headers.authorization === undefined)).toBe(true);
  });

  it("asks for approval as it is told", async () => {
    const { url } = await startHttpServer();
    const tool = await loadTool("owner/name", {
      ...TRUSTED,
      endpoint: url,
      needsApproval: ({ input }) => JSON.stringify(input) === "{}",
    });
    expect([await tool.needsApproval({}), await tool.needsApproval({ a: 1 })]).toEqual([true, false]);
  });

  it("gives up a call that is aborted", async () => {
    const { url } = await startHttpServer();
    const wait = await loadTool("owner/name", { ...TRUSTED, endpoint: url, toolName: "wait" });
    const abort = new AbortController();
    const call = wait.call({}, { signal: abort.signal });
    abort.abort();
    await expect(call).rejects.toBeInstanceOf(AgentAbortError);
  });

  it("keeps no program alive", async () => {
    const { url } = await startHttpServer();
    const program = `
      const { loadTool } = await import(${JSON.stringify(SOURCE)});
      const tool = await loadTool("owner/name", { trustRemoteCode: true, endpoint: ${JSON.stringify(url)} });
      console.log(await tool.call({ a: 1, b: 1 }));`;
    const { stdout } = await run(process.execPath, ["--import", "tsx", "--input-type=module", "-e", program]);
    expect(stdout).toBe("2\n");
  });
});
