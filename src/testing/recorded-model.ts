import { ModelError } from "../errors.ts";
import { Model, type GenerateOptions, type GenerateRequest, type ModelOutput } from "../models/model.ts";
import type { RecordedCall } from "./recorded-call.ts";
import { RecordedCalls } from "./recorded-calls.ts";
import { sendDeltas } from "./send-deltas.ts";
import { readCalls } from "./recorded-file.ts";
import { recordCalls } from "./recorded-proxy.ts";
import { callsOf } from "./trace-calls.ts";
import { readTrace, type TraceSource } from "./trace-source.ts";
import { taskOf } from "./trace-task.ts";

interface RecordedModelOptions {
  /** What the run was asked that the calls belong to, where that is known. */
  readonly task?: string | undefined;
}

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
  readonly #waiting: RecordedCalls;

  constructor(calls: readonly RecordedCall[], { task }: RecordedModelOptions = {}) {
    super();
    this.calls = calls;
    this.task = task;
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
   * Errors: ConfigurationError when the trace cannot be read, or does not hold what the model said.
   */
  static async fromTrace(source: TraceSource): Promise<RecordedModel> {
    const spans = await readTrace(source);
    return new RecordedModel(callsOf(spans), { task: taskOf(spans) });
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
    if (call.error) throw new ModelError(call.error.message, { modelId: call.modelId, status: call.error.status });
    sendDeltas(call.output, options);
    return call.output;
  }
}

function hasImage({ messages }: GenerateRequest): boolean {
  return messages.some(({ content }) => typeof content !== "string" && content.some(({ type }) => type === "image"));
}
