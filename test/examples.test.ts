import { execFile } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { drawCar } from "../examples/support/draw-car.ts";
import { bodyOf, startServer } from "./support/http-server.ts";
import { startOtlpSink } from "./support/otlp-sink.ts";

/** A port of this machine where nothing listens. */
const NOBODY = "http://127.0.0.1:9";

interface Outcome {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

async function runExample(args: readonly string[], settings: Readonly<Record<string, string>> = {}): Promise<Outcome> {
  const { OPENAI_API_KEY: _key, OPENAI_BASE_URL: _url, HF_TOKEN: _token, ...env } = process.env;
  return new Promise((resolve) => {
    const child = execFile(
      process.execPath,
      ["--import", "tsx", "--conditions=@vitrine/source", ...args],
      { env: { ...env, PHOENIX_COLLECTOR_ENDPOINT: NOBODY, ...settings } },
      (_error, stdout, stderr) => resolve({ code: child.exitCode ?? -1, stdout, stderr }),
    );
  });
}

/** What each example prints, offline, in this order. */
const EXAMPLES = [
  [
    "gdp.ts",
    [
      "Answer: 25.1 years",
      "\nAGENT CodeAgent.run ",
      "\n  CHAIN Step 1 ",
      "\n    LLM ScriptedModel.generate ",
      "\n      TOOL search_agent ",
      "\n        AGENT search_agent.run ",
    ],
  ],
  ["gdp-code.ts", ["Answer: 25.1 years", "AGENT search_agent.run", "TOOL code_interpreter", "TOOL web_search"]],
  [
    "weather.ts",
    [
      "With the poor tool:\nAnswer: Perhaps 28 °C.",
      "It took 5 steps",
      "With the good tool:\nAnswer: 28.0 °C, with a risk of rain of 35 % and waves of 0.85 m.",
      "It took 3 steps",
    ],
  ],
  [
    "surf-trip.ts",
    ["Two tools: 3 model calls, 3267 tokens.\nOne tool:  2 model calls, 2020 tokens.", "return_spot_information"],
  ],
  ["mp3.ts", ["Answer: He came to New York only three weeks ago, and he works nights", "TOOL transcriber"]],
  ["car-picture.ts", ["The picture is in ", "TOOL text_to_image"]],
  [
    "cheetah.ts",
    ["Answer: About 5.5 seconds", "Planning step", "Step 1", "Step 2", "Step 3", "Planning step", "Step 4"],
  ],
] as const;

describe("every example", () => {
  it("is run here", () => {
    const files = readdirSync("examples").filter((name) => name.endsWith(".ts") && name !== "by-hand.ts");
    expect(EXAMPLES.map(([file]) => file).toSorted()).toEqual(files.toSorted());
  });

  it.each(EXAMPLES)("%s needs no key and no collector, and says so", async (file, said) => {
    const { code, stdout } = await runExample([`examples/${file}`]);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^No OPENAI_API_KEY or HF_TOKEN is set: a scripted model plays every agent/);
    const places = said.reduce<number[]>(
      (found, text) => [...found, stdout.indexOf(text, (found.at(-1) ?? -1) + 1)],
      [],
    );
    expect(places).not.toContain(-1);
    expect(stdout).toContain("The trace waits for a collector.");
  });

  it.each(EXAMPLES)("%s ends by a named limit when a real model is of no use", async (file) => {
    const completion = { choices: [{ index: 0, message: { role: "assistant", content: "I do not know." } }] };
    const url = await startServer((response) => {
      response.writeHead(200, { "content-type": "application/json" }).end(JSON.stringify(completion));
    });
    const { code, stdout } = await runExample([`examples/${file}`], { OPENAI_BASE_URL: url, VITRINE_MODEL: "weak" });
    expect(stdout).toMatch(/^Answer: I do not know\.\nIt took 6 steps and \d+ tokens, and ended by: max-steps\.$/m);
    expect(code).toBe(0);
  });

  it("says why, in a sentence, when a real model fails for good", async () => {
    const url = await startServer((response) => response.writeHead(401).end());
    const { code, stdout, stderr } = await runExample(["examples/mp3.ts"], { OPENAI_BASE_URL: url });
    expect(stdout).toMatch(/^No answer: ModelError: .*401/m);
    expect(stderr).not.toMatch(/^ {4}at /m);
    expect(code).toBe(1);
  });
});

describe("examples/gdp.ts", () => {
  it("says what it needs to answer another question", async () => {
    const { code, stderr } = await runExample(["examples/gdp.ts", "How old is the moon?"]);
    expect(code).toBe(1);
    expect(stderr).toContain("Set OPENAI_API_KEY");
  });

  it("takes the question to a real model, and the model's name to the endpoint", async () => {
    const bodies: string[] = [];
    const url = await startServer(async (response, request) => {
      bodies.push((await bodyOf(request)).toString());
      response.writeHead(401).end();
    });
    await runExample(["examples/gdp.ts", "How old is the moon?"], { OPENAI_BASE_URL: url, VITRINE_MODEL: "my-model" });
    expect(JSON.parse(bodies[0] ?? "")).toMatchObject({
      model: "my-model",
      messages: [{ role: "system" }, { role: "user", content: expect.stringContaining("How old is the moon?") }],
    });
  });
});

describe("examples/cheetah.ts", () => {
  it("goes on without the tool of a Space that cannot be loaded", async () => {
    const url = await startServer((response) => response.writeHead(401).end());
    const env = { OPENAI_BASE_URL: url, VITRINE_IMAGE_SPACE: "no-owner" };
    const { stdout } = await runExample(["examples/cheetah.ts"], env);
    expect(stdout).toMatch(/^Without the image tool: "no-owner" is no id of a Space\..*\nNo answer: ModelError/);
  });
});

describe("examples/car-picture.ts", () => {
  it("writes the picture to a file, and says to which", async () => {
    const folder = mkdtempSync(join(tmpdir(), "car-picture-"));
    onTestFinished(() => rmSync(folder, { recursive: true }));
    const { stdout } = await runExample(["examples/car-picture.ts"], { TMPDIR: folder });
    const file = join(folder, "vitrine-car.png");
    expect(stdout).toContain(`The picture is in ${file}`);
    expect(readFileSync(file)).toEqual(drawCar());
  });
});

describe("examples/by-hand.ts", () => {
  it("prints and sends each span as it ends, nested though nothing was registered", async () => {
    const sink = await startOtlpSink();
    const { code, stdout } = await runExample(["examples/by-hand.ts"], { PHOENIX_COLLECTOR_ENDPOINT: sink.url });
    expect(code).toBe(0);
    expect(stdout).toContain("Answer: Warm, and perhaps a little rain.");
    expect(stdout.match(/parentSpanContext: undefined/g)?.length).toBe(1);
    expect(stdout).toContain("name: 'get_weather'");
    expect(sink.requests.length).toBe(7);
  });
});
