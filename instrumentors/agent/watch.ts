import { type Context, context, diag } from "@opentelemetry/api";
import { ToolExecutionError } from "../../src/errors.ts";
import type { GenerateOptions } from "../../src/models/model.ts";
import type { ToolContext } from "../../src/tools/tool.ts";
import { retryEvent } from "../shared/retry-event.ts";
import { addSpanEvent, type SpanEvent } from "../shared/traced.ts";
import { EVENTS, REFUSED_BY } from "../shared/vitrine-attributes.ts";

/** Source: OpenTelemetry's GenAI conventions. In seconds. */
const TIME_TO_FIRST_CHUNK = "gen_ai.response.time_to_first_chunk";

/** Gives what is watched; what is not, with a warning, if the watching itself fails. */
export function watchedOr<T>(given: T, watch: () => T): T {
  try {
    return watch();
  } catch (fault) {
    diag.warn("vitrine: a call could not be watched", fault);
    return given;
  }
}

const NO_OPTIONS: GenerateOptions = {};

/**
 * Has retries and the first piece of an answer told as events of the span that goes on. A model is asked to stream only if it was before.
 *
 * `caller`: in which context the caller's own listeners are called. What they do is no part of the model call.
 */
export function watchedOptions(
  options: GenerateOptions = NO_OPTIONS,
  caller: Context = context.active(),
): GenerateOptions {
  const tell = teller();
  const startedAt = performance.now();
  let hasBegun = false;
  const onDelta: GenerateOptions["onDelta"] = (delta) => {
    if (!hasBegun) {
      const seconds = (performance.now() - startedAt) / 1000;
      tell({ name: EVENTS.firstToken, attributes: { [TIME_TO_FIRST_CHUNK]: seconds } });
    }
    hasBegun = true;
    context.with(caller, () => options.onDelta?.(delta));
  };
  const onRetry: GenerateOptions["onRetry"] = (retry) => {
    tell(retryEvent(retry));
    context.with(caller, () => options.onRetry?.(retry));
  };
  if (options === NO_OPTIONS) return { onRetry };
  return withOthers(options, options.onDelta ? { onRetry, onDelta } : { onRetry });
}

/** Has a refusal told as an event of the span that goes on, and notes the addresses of the images that a tool shows in `shown`. */
export function watchedContext(toolContext: Partial<ToolContext>, shown: string[]): Partial<ToolContext> {
  const tell = teller();
  const showImage: ToolContext["showImage"] = (image) => {
    shown.push(image.url);
    return toolContext.showImage?.(image) ?? "";
  };
  const beforeExecute: ToolContext["beforeExecute"] = async (input) => {
    try {
      await toolContext.beforeExecute?.(input);
    } catch (thrown) {
      if (thrown instanceof ToolExecutionError) {
        const { name: type, message, refusedBy } = thrown;
        const by = refusedBy === undefined ? {} : { [REFUSED_BY]: refusedBy };
        tell({ name: EVENTS.callRefused, attributes: { type, ...by, message } });
      }
      throw thrown;
    }
  };
  return withOthers(toolContext, {
    ...(toolContext.showImage ? { showImage } : {}),
    ...(toolContext.beforeExecute ? { beforeExecute } : {}),
  });
}

/**
 * Gives an object with some others in the place of its functions; all else is read from it as it stands: what it makes when it is asked for it, and what
 * its class has, as the `signal` of an AbortController that is handed over as it is.
 */
function withOthers<T extends object>(given: T, others: Partial<T>): T {
  const names = Object.keys(others);
  if (names.length === 0) return given;
  // A proxy may not say other than what is frozen.
  const isPlain = Object.getPrototypeOf(given) === Object.prototype;
  if (!isPlain && Object.isFrozen(given)) return given;
  if (isPlain) {
    const copy: T = Object.create(Object.prototype, Object.getOwnPropertyDescriptors(given));
    for (const name of names)
      Reflect.defineProperty(copy, name, { value: Reflect.get(others, name), enumerable: true });
    return copy;
  }
  return new Proxy(given, {
    get: (target, name) =>
      Object.hasOwn(others, name) ? Reflect.get(others, name) : Reflect.get(target, name, target),
  });
}

/** Tells the span of now, also from callbacks that come from elsewhere. */
function teller(): (event: SpanEvent) => void {
  const active = context.active();
  return (event) => context.with(active, () => addSpanEvent(event));
}
