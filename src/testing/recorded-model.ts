import { ModelError } from "../errors.ts";
import { Model, type GenerateOptions, type GenerateRequest, type ModelOutput } from "../models/model.ts";
import type { RecordedCall, RecordedError } from "./recorded-call.ts";
import { RecordedCalls } from "./recorded-calls.ts";
import { sendDeltas } from "./send-deltas.ts";
import { readCalls } from "./recorded-file.ts";
import { recordCalls } from "./recorded-proxy.ts";
import { callsOf } from "./trace-calls.ts";
import { type RecordedRunOptions, type RecordedStart, startOf } from "./trace-run.ts";
import { readTrace, type TraceSource } from "./trace-source.ts";

/**
 * Answers from a recording: what a model said once, it says again. For tests that run offline, of what happened in production.
 *
 * A call is known by its request: what the messages say, and the names of the tools. Each recorded call answers once, the first that fits; so calls that
 * went on at the same time need not come in the same order again.
 * Errors: ModelError for a request that was not recorded, saying where the nearest one differs; ModelError for a call that failed when it was recorded.
 */
export class RecordedModel extends Model {
  readonly modelId: string;
  override readonly seesImages: boolean;
  /** What it was asked, in order. */
  readonly requests: GenerateRequest[] = [];
  /** All that it knows, in the order in which it was asked then. */
  readonly calls: readonly RecordedCall[];
  /** What the recorded run was asked; undefined where that is not known. */
  readonly task: string | undefined;
  /** What it was told besides, so far as that is known: `agent.run(recorded.task ?? "", recorded.runOptions)` runs it again. */
  readonly runOptions: RecordedRunOptions;
  readonly #waiting: RecordedCalls;

  constructor(calls: readonly RecordedCall[], { task, runOptions = {} }: Partial<RecordedStart> = {}) {
    super();
    this.calls = calls;
    this.task = task;
    this.runOptions = runOptions;
    this.modelId = calls[0]?.modelId ?? "recorded";
    // If no request shows an image, none was to be shown, or the model sees none.
    this.seesImages = calls.some(({ request }) => hasImage(request));
    this.#waiting = new RecordedCalls(calls);
  }

  /**
   * Gives the model, which from now on appends each of its calls to the file as a line of JSON, failed ones too.
   *
   * The file and its folder are made if they are not there; remove it to record anew. Errors: ConfigurationError where it cannot be written.
   */
  static record<M extends Model>(model: M, file: string): M {
    return recordCalls(model, file);
  }

  /** Answers from a file that `record` wrote. Errors: ConfigurationError when it cannot be read. */
  static replay(file: string): RecordedModel {
    return new RecordedModel(readCalls(file));
  }

  /**
   * Answers from the LLM spans of a trace: of finished spans, of a trace that a Phoenix has stored, or of a file of OTLP as JSON or of spans as JSON.
   *
   * Requests are rebuilt as they were made, however the messages were spread over the spans. Not in a trace are: what masks have hidden, images that
   * were too long among it; which of the parameters were the model's own; NUL and lone surrogates, which backends replace. Spans that have attributes
   * of the GenAI conventions only do not tell how tools might be chosen, the schema of a response format, and costs. A run with `reset: false` is a
   * trace of its own: `new RecordedModel([...first.calls, ...second.calls])` answers to both.
   * Errors: ConfigurationError when the trace cannot be read, or does not hold what the model was asked, or what it said.
   */
  static async fromTrace(source: TraceSource): Promise<RecordedModel> {
    const spans = await readTrace(source);
    return new RecordedModel(callsOf(spans), startOf(spans));
  }

  protected override async doGenerate(request: GenerateRequest, options: GenerateOptions): Promise<ModelOutput> {
    this.requests.push(request);
    const call = this.#waiting.take(request);
    const { modelId } = this;
    if (!call) {
      throw new ModelError(`Call ${this.requests.length} has no recorded answer. ${this.#waiting.explain(request)}`, {
        modelId,
      });
    }
    if (call.error) throw new ModelError(faultOf(call.error), { modelId: call.modelId, status: call.error.status });
    sendDeltas(call.output, options);
    return call.output;
  }
}

function faultOf({ type, message }: RecordedError): string {
  if (type !== "AbortError") return message;
  return `This call was aborted when it was recorded: what the model would have said is not known. (${message})`;
}

function hasImage({ messages }: GenerateRequest): boolean {
  return messages.some(({ content }) => typeof content !== "string" && content.some(({ type }) => type === "image"));
}
