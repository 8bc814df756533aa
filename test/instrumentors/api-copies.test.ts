import { execFileSync } from "node:child_process";
import { resolve } from "node:path";
import { describe, expect, it } from "vitest";

/** What a process warns of in which another copy of the API has registered things before ours is asked. `registered`: a JavaScript expression. */
function warningsOf(registered: string, start: string): string[] {
  const program = `
    globalThis[Symbol.for("opentelemetry.js.api.1")] = ${registered};
    const warnings = [];
    process.on("warning", ({ message }) => warnings.push(message));
    const { NodeTracerProvider } = await import("@opentelemetry/sdk-trace-node");
    const { ToolCallingAgent } = await import("vitrine");
    const { ScriptedModel } = await import("vitrine/testing");
    const { instrument } = await import("vitrine/instrumentors");
    ${start};
    for (const run of [1, 2]) {
      const model = new ScriptedModel([{ toolCalls: [{ name: "final_answer", arguments: { answer: run } }] }]);
      await new ToolCallingAgent({ model, console: false }).run("Go");
    }
    await new Promise(setImmediate);
    console.log(JSON.stringify(warnings.filter((text) => text.includes("vitrine"))));`;
  const flags = ["--import", "tsx", "--conditions=@vitrine/source", "--input-type=module", "-e", program];
  const written = execFileSync(process.execPath, flags, {
    cwd: resolve(import.meta.dirname, "../.."),
    encoding: "utf8",
    stdio: ["ignore", "pipe", "ignore"],
  });
  return JSON.parse(written);
}

const warningOf = (theirs: string) =>
  expect.stringMatching(
    new RegExp(String.raw`@opentelemetry/api ${theirs} .* which use \d+\.\d+\.\d+: .*npm ls @opentelemetry/api`),
  );

describe("two copies of the API that do not work together", () => {
  it("are told of once where the registered provider cannot be seen, the copy here being newer", () => {
    const older = '{ version: "1.0.0", trace: { getTracer() {} } }';
    expect(warningsOf(older, "instrument()")).toEqual([warningOf("1.0.0")]);
  });

  it("are told of once where no context manager can be set, the copy here being older", () => {
    expect(warningsOf('{ version: "1.99.0" }', "instrument(new NodeTracerProvider())")).toEqual([warningOf("1.99.0")]);
  });

  it("are not told of where there is nothing to see", () => {
    expect(warningsOf('{ version: "1.0.0" }', "instrument()")).toEqual([]);
    expect(warningsOf("undefined", "new NodeTracerProvider().register(); instrument()")).toEqual([]);
  });
});
