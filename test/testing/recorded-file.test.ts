import { appendFile, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, it, onTestFinished } from "vitest";
import { ConfigurationError, type GenerateRequest, Model, ModelError, type ModelOutput } from "vitrine";
import { ScriptedModel } from "vitrine/testing";
import { RecordedModel } from "../../src/testing/recorded-model.ts";
import { describeModel } from "../contracts/model.ts";
import { comparable, outcomeOf, scenarios } from "../support/scenarios.ts";
import { traceEachTest } from "../support/traces.ts";

const trace = traceEachTest();

async function newFile(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), "vitrine-recorded-"));
  onTestFinished(async () => rm(folder, { recursive: true }));
  return join(folder, "made", "for-it", "calls.jsonl");
}

function ask(content: string): GenerateRequest {
  return { messages: [{ role: "user", content }] };
}

describe("a recording in a file", () => {
  it.each(scenarios)("runs $name again, to the same end", async (scenario) => {
    const { script, run, endsAgain } = scenario;
    const [file, model] = [await newFile(), script()];
    const outcome = await outcomeOf(run(RecordedModel.record(model, file)));
    const replayed = RecordedModel.replay(file);
    expect(await outcomeOf(run(replayed))).toEqual(endsAgain ?? outcome);
    expect(comparable(replayed.requests, scenario)).toEqual(comparable(model.requests, scenario));
  });

  it("holds a line a call, whole as soon as the call has ended", async () => {
    const file = await newFile();
    const model = RecordedModel.record(new ScriptedModel(["one", new Error("broken"), "three"]), file);
    await model.generate(ask("1"));
    expect((await readFile(file, "utf8")).trim().split("\n").map(parse)).toMatchObject([
      { modelId: "scripted", request: ask("1"), output: { message: { content: "one" } } },
    ]);
    await expect(model.generate(ask("2"))).rejects.toThrow(/broken/);
    await model.generate(ask("3"));
    expect((await readFile(file, "utf8")).trim().split("\n").map(parse)).toMatchObject([
      { request: ask("1") },
      { request: ask("2"), error: { type: "Error", message: 'The call to model "scripted" failed: broken' } },
      { request: ask("3") },
    ]);
  });

  it("throws a failure that it holds as the ModelError that it was", async () => {
    const file = await newFile();
    const refusal = new ModelError("The endpoint is busy.", { status: 429, modelId: "busy" });
    await RecordedModel.record(new ScriptedModel([refusal]), file)
      .generate(ask("1"))
      .catch(() => {});
    const failure: unknown = await RecordedModel.replay(file)
      .generate(ask("1"))
      .catch((thrown: unknown) => thrown);
    expect(failure).toBeInstanceOf(ModelError);
    expect(failure).toMatchObject({ message: "The endpoint is busy.", status: 429 });
  });

  it("keeps calls at the same time apart, in the order in which they were made", async () => {
    const file = await newFile();
    const gate = gateOf();
    const model = RecordedModel.record(
      new ScriptedModel([
        async () => {
          await gate.promise;
          return "first";
        },
        () => {
          gate.resolve();
          return "second";
        },
      ]),
      file,
    );
    await Promise.all([model.generate(ask("same")), model.generate(ask("same"))]);
    const replayed = RecordedModel.replay(file);
    const said = [await replayed.generate(ask("same")), await replayed.generate(ask("same"))];
    expect(said.map(({ message }) => message.content)).toEqual(["first", "second"]);
  });

  it("streams what it replays, reasoning too", async () => {
    const file = await newFile();
    await RecordedModel.record(new ScriptedModel([{ content: "a  b\n", reasoning: "hm, so" }]), file).generate(
      ask("1"),
    );
    const deltas: unknown[] = [];
    await RecordedModel.replay(file).generate(ask("1"), { onDelta: (delta) => void deltas.push(delta) });
    expect(deltas).toEqual([
      { type: "reasoning", text: "hm," },
      { type: "reasoning", text: " so" },
      { type: "text", text: "a" },
      { type: "text", text: "  b" },
      { type: "text", text: "\n" },
    ]);
  });

  it("holds what the calls cost, by the price of the model", async () => {
    const file = await newFile();
    const price = { inputPerMillion: 1_000_000, outputPerMillion: 0 };
    const usage = { inputTokens: 2, outputTokens: 1 };
    await RecordedModel.record(new ScriptedModel([{ content: "x", usage }], { price }), file).generate(ask("1"));
    expect((await RecordedModel.replay(file).generate(ask("1"))).usage?.costUsd).toBe(2);
  });

  it("can be read while it is written: half a line at its end is not there yet", async () => {
    const file = await newFile();
    const model = RecordedModel.record(new ScriptedModel(["one"]), file);
    await model.generate(ask("1"));
    await appendFile(file, '{"modelId":"scripted","requ');
    expect(RecordedModel.replay(file).calls).toHaveLength(1);
  });

  it("names the line that is no call", async () => {
    const file = await newFile();
    RecordedModel.record(new ScriptedModel([]), file);
    await writeFile(file, '\n{"modelId":"x","request":{"messages":[]}}\n');
    expect(() => RecordedModel.replay(file)).toThrow(ConfigurationError);
    expect(() => RecordedModel.replay(file)).toThrow(/^Line 2 of .*calls\.jsonl is no recorded model call/);
  });

  it("says which file is not there, or cannot be", async () => {
    const file = await newFile();
    expect(() => RecordedModel.replay(file)).toThrow(/calls\.jsonl cannot be read: ENOENT/);
    expect(() => RecordedModel.record(new ScriptedModel([]), tmpdir())).toThrow(ConfigurationError);
  });
});

describe("a model that is recorded", () => {
  it("is the model: of its class, with its fields, one span a call under its name", async () => {
    const own = new OwnModel();
    const model = RecordedModel.record(own, await newFile());
    await model.generate(ask("1"));
    expect(model).toBeInstanceOf(OwnModel);
    expect([model.modelId, model.asked]).toEqual(["own", 1]);
    expect(trace.tree()).toBe("LLM OwnModel.generate  OK");
    expect(trace.span("OwnModel.generate").attributes["llm.invocation_parameters"]).toContain('"secret":"hidden"');
  });
});

describeModel("a model that is recorded", async (behaviour) => {
  const reached = gateOf();
  const never = async (): Promise<string> => {
    reached.resolve();
    return new Promise(() => {});
  };
  const reply = behaviour === "fails" ? new Error("out of order") : behaviour === "never answers" ? never : behaviour;
  const model = new ScriptedModel([reply, reply]);
  return { model: RecordedModel.record(model, await newFile()), received: model.requests, reached: reached.promise };
});

/** A model of a user's own, with hidden fields. */
class OwnModel extends Model {
  readonly modelId = "own";
  #asked = 0;
  readonly #secret = "hidden";

  get asked(): number {
    return this.#asked;
  }

  override invocationParameters() {
    return { model: this.modelId, secret: this.#secret };
  }

  protected override async doGenerate(): Promise<ModelOutput> {
    this.#asked += 1;
    return { message: { role: "assistant", content: "yes", toolCalls: [] } };
  }
}

function gateOf(): { readonly promise: Promise<void>; readonly resolve: () => void } {
  const event = new EventTarget();
  const promise = new Promise<void>((resolve) => event.addEventListener("open", () => resolve()));
  return { promise, resolve: () => void event.dispatchEvent(new Event("open")) };
}

function parse(line: string): unknown {
  return JSON.parse(line);
}
