import { randomUUID } from "node:crypto";
import { setMetadata, setSession } from "@arizeai/openinference-core";
import { context, trace } from "@opentelemetry/api";
import { InMemorySpanExporter, SimpleSpanProcessor } from "@opentelemetry/sdk-trace-node";
import { register, type RegisterOptions } from "vitrine/collector";
import { instrument, type InstrumentOptions } from "vitrine/instrumentors";
import { beforeAll, describe, expect, it } from "vitest";
import { ANSWER, IMAGE, QUESTION, runHard, runManaged, STORED_TEXT } from "./runs.ts";
import { asStored, type StoredSpan, type StoredTrace, treeOf } from "./stored-trace.ts";

/** A place for traces that gives them back. */
export interface Backend {
  readonly destination: Pick<RegisterOptions, "endpoint" | "headers">;
  /** Waits until so many spans of the trace are stored. */
  readonly read: (traceId: string, spans: number) => Promise<StoredTrace>;
}

/** A run that was sent and read back. */
interface Delivered {
  readonly traceId: string;
  readonly sessionId: string;
  readonly sent: readonly StoredSpan[];
  readonly stored: StoredTrace;
}

const MANAGED_TREE = `\
AGENT CodeAgent.run                     OK
  CHAIN Step 1                          OK
    LLM ScriptedModel.generate          OK
    TOOL code_interpreter               OK
      TOOL search_agent                 OK
        AGENT search_agent.run          OK
          CHAIN Step 1                  OK
            LLM ScriptedModel.generate  OK
            TOOL search                 ERROR
          CHAIN Step 2                  OK
            LLM ScriptedModel.generate  OK
            TOOL search                 OK
          CHAIN Step 3                  OK
            LLM ScriptedModel.generate  OK
            TOOL final_answer           OK
      TOOL draw                         OK
  CHAIN Step 2                          OK
    LLM ScriptedModel.generate          OK
    TOOL code_interpreter               OK
      TOOL final_answer                 OK`;

const TEXTS_OF_THE_RUN = [QUESTION, ANSWER, IMAGE, "Name the ship", "It is the Vasa", "no network"];

/** Sends a run to a backend as a user would, and reads it back. */
async function deliver(
  backend: Backend,
  run: () => Promise<unknown>,
  options: InstrumentOptions = {},
): Promise<Delivered> {
  const exporter = new InMemorySpanExporter();
  const collector = register({
    ...backend.destination,
    projectName: `contract-${randomUUID()}`,
    spanProcessors: [new SimpleSpanProcessor(exporter)],
  });
  instrument(collector, options);
  const sessionId = randomUUID();
  const active = setMetadata(setSession(context.active(), { sessionId }), { team: "a\0b", [STORED_TEXT]: 1 });
  await context.with(active, run);
  // Shutting down empties it.
  const spans = exporter.getFinishedSpans().slice();
  await collector.shutdown();
  instrument().uninstrument();
  trace.disable();
  context.disable();
  const traceId = spans[0]?.spanContext().traceId ?? "";
  const stored = await backend.read(traceId, spans.length);
  return { traceId, sessionId, sent: spans.map(asStored), stored };
}

/** Holds what every backend has to give back of a run. */
export function holdsContract(backend: Backend): void {
  describe("of a run with a managed agent, an image and a tool that failed once", () => {
    let managed: Delivered;

    beforeAll(async () => {
      managed = await deliver(backend, runManaged);
    });

    it("gives back the tree", () => {
      expect(treeOf(managed.stored)).toBe(MANAGED_TREE);
    });

    it("gives back every span under its id and its parent's, with its input, output and tokens", () => {
      expect(byId(managed.stored.spans)).toEqual(byId(managed.sent));
    });

    it("gives back the question and the answer on the root", () => {
      const root = managed.stored.spans.find(({ parentId }) => parentId === null);
      expect(root).toMatchObject({ name: "CodeAgent.run", input: QUESTION, output: ANSWER, tokens: null });
    });

    it("gives back the image, the session and the error of the tool", () => {
      const { text } = managed.stored;
      expect(text).toContain(IMAGE);
      expect(text).toContain(managed.sessionId);
      expect(text).toContain("no network");
    });
  });

  it("gives back every span of a run full of what is hard to store", async () => {
    const { sent, stored } = await deliver(backend, runHard);
    expect(byId(stored.spans)).toEqual(byId(sent));
    const tools = stored.spans.filter(({ kind }) => kind === "TOOL");
    expect(tools.filter(({ output }) => output === STORED_TEXT).map(({ name }) => name)).toEqual([
      "hard_text",
      "hard_text",
    ]);
  });

  it("gives back the tree of a masked run, and no word of it", async () => {
    const traceConfig = { hideInputs: true, hideOutputs: true };
    const { sent, stored } = await deliver(backend, runManaged, { traceConfig });
    expect(treeOf(stored)).toBe(MANAGED_TREE);
    expect(byId(stored.spans)).toEqual(byId(sent));
    expect(TEXTS_OF_THE_RUN.filter((text) => stored.text.includes(text))).toEqual([]);
  });
}

function byId(spans: readonly StoredSpan[]): StoredSpan[] {
  return spans.toSorted((left, right) => (left.spanId < right.spanId ? -1 : 1));
}
