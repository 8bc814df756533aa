import { untilAborted } from "../abort.ts";
import { AgentError, ModelError, toError } from "../errors.ts";
import type { GenerateOptions, GenerateRequest, Model, ModelOutput } from "../models/model.ts";
import { withCost } from "../models/usage.ts";
import type { RecordedError } from "./recorded-call.ts";
import { appendCall, prepareRecording } from "./recorded-file.ts";

/**
 * Makes a model that is the given one, and writes down each of its calls.
 *
 * A proxy, and no model around the model: that would be two calls to whoever watches, with twice the tokens.
 * Errors: ConfigurationError where the file cannot be written.
 */
export function recordCalls<M extends Model>(model: M, file: string): M {
  prepareRecording(file);
  let startedAt = 0;
  const doGenerate = async (request: GenerateRequest, options: GenerateOptions): Promise<ModelOutput> => {
    // Calls that start at once are told apart too.
    startedAt = Math.max(startedAt + 0.001, performance.timeOrigin + performance.now());
    const asked = { startedAt, modelId: model.modelId, request };
    let output: ModelOutput;
    try {
      output = await untilAborted(callModel(model, request, options), options.signal);
    } catch (thrown) {
      appendCall(file, { ...asked, error: errorOf(thrown, model) });
      throw thrown;
    }
    appendCall(file, { ...asked, output: withPrice(output, model) });
    return output;
  };
  return new Proxy(model, {
    get(target, name) {
      if (name === "doGenerate") return doGenerate;
      const value: unknown = Reflect.get(target, name, target);
      const isBound = typeof value === "function" && name !== "generate" && name !== "constructor";
      // A method may read hidden fields, which a proxy has not. `generate` must find the hook above.
      return isBound ? value.bind(target) : value;
    },
  });
}

/** The hook is protected: for subclasses, which this is none of. */
async function callModel(model: Model, request: GenerateRequest, options: GenerateOptions): Promise<ModelOutput> {
  const hook: unknown = Reflect.get(model, "doGenerate");
  if (typeof hook !== "function") throw new Error(`${model.constructor.name} has no doGenerate.`);
  return Reflect.apply(hook, model, [request, options]);
}

function errorOf(thrown: unknown, { modelId }: Model): RecordedError {
  const error = toError(thrown);
  if (error instanceof AgentError) {
    const status = error instanceof ModelError ? error.status : undefined;
    return { type: error.name, message: error.message, ...(status === undefined ? {} : { status }) };
  }
  return { type: error.name, message: `The call to model "${modelId}" failed: ${error.message}` };
}

function withPrice(output: ModelOutput, { price }: Model): ModelOutput {
  return price && output.usage ? { ...output, usage: withCost(output.usage, price) } : output;
}
