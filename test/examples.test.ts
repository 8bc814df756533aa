import { execFile } from "node:child_process";
import { describe, expect, it } from "vitest";
import { startOtlpSink } from "./support/otlp-sink.ts";

/** A port of this machine where nothing listens. */
const NOBODY = "http://127.0.0.1:9";

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function runExample(args: readonly string[], collector = NOBODY): Promise<Outcome> {
  const { OPENAI_API_KEY: _key, OPENAI_BASE_URL: _url, HF_TOKEN: _token, ...env } = process.env;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["--import", "tsx", "--conditions=@vitrine/source", ...args],
      { env: { ...env, PHOENIX_COLLECTOR_ENDPOINT: collector } },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

describe("examples/gdp.ts", () => {
  it("needs no key and no collector: it answers, prints the tree, and says that nobody took the trace", async () => {
    const { code, stdout } = await runExample(["examples/gdp.ts"]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^No OPENAI_API_KEY or HF_TOKEN is set: a scripted model plays both agents/);
    expect(stdout).toContain("Answer: 25.1 years");
    expect(stdout).toMatch(/^AGENT CodeAgent\.run\s+OK\n {2}CHAIN Step 1\s+OK\n {4}LLM ScriptedModel\.generate\s+OK$/m);
    expect(stdout).toContain(`No collector answers at ${NOBODY}/v1/traces`);
  });

  it("says what it needs to answer another question", async () => {
    const { code, stderr } = await runExample(["examples/gdp.ts", "How old is the moon?"]);
    expect(code).toBe(1);
    expect(stderr).toContain("Set OPENAI_API_KEY");
  });
});

describe("examples/by-hand.ts", () => {
  it("prints and sends each span as it ends, nested though nothing was registered", async () => {
    const sink = await startOtlpSink();
    const { code, stdout } = await runExample(["examples/by-hand.ts"], sink.url);
    expect(code).toBe(0);
    expect(stdout).toContain("Answer: Warm, and perhaps a little rain.");
    expect(stdout.match(/parentSpanContext: undefined/g)?.length).toBe(1);
    expect(stdout).toContain("name: 'get_weather'");
    expect(sink.requests.length).toBe(7);
  });
});
