import { context, createContextKey, diag, trace, type TracerProvider } from "@opentelemetry/api";
import { isTracingSuppressed } from "../shared/context-attributes.ts";
import type { MessagesMode } from "../shared/message-budget.ts";
import type { TraceConfig } from "../shared/trace-config.ts";
import { type SpanDescription, traced } from "../shared/traced.ts";
import type { GenAiOperation, Semconv } from "../shared/gen-ai.ts";
import { inWords } from "../shared/in-words.ts";

/** Says how runs are traced now. */
export interface Tracing {
  /** The global one, looked up at each call, if undefined. */
  readonly tracerProvider: TracerProvider | undefined;
  readonly traceConfig: TraceConfig;
  readonly semconv: Semconv;
  readonly messages: MessagesMode;
  readonly maxSpanBytes: number;
}

/** A call of a seam that is to be traced. */
export interface SeamCall<This, Args> {
  readonly self: This;
  readonly args: Args;
  readonly tracing: Tracing;
}

/** What a call of a seam looks like as a span. */
export interface SeamDescription<Args extends unknown[], Result> extends SpanDescription<Result> {
  readonly operation: GenAiOperation;
  /** Makes the call, inside of the span. With the very arguments, if absent. */
  readonly around?: (call: Method<unknown, Args, Result>) => Promise<Result>;
}

/** One place where the runtime is patched. */
export interface Seam<This, Args extends unknown[], Result> {
  /** Wraps the method of the class that owns the seam. */
  readonly wrap: (original: Method<This, Args, Result>) => Method<This, Args, Result>;
  /** Sees to it that an object is traced whose class has a method of its own in the seam's place. Says so once a class: such a class may lose what the seam does. */
  readonly adopt: (self: object) => void;
}

type Method<This, Args extends unknown[], Result> = (this: This, ...args: Args) => Promise<Result>;

interface SeamOptions<This, Args extends unknown[], Result> {
  /** The prototype that owns the seam. */
  readonly base: object;
  readonly name: string;
  /** What subclasses are to write in its place. */
  readonly hook: string;
  readonly describe: (call: SeamCall<This, Args>) => SeamDescription<Args, Result>;
  /** Undefined while nothing is to be traced. */
  readonly tracing: () => Tracing | undefined;
}

/** Holds the object whose own method goes on in the place of a seam: when that calls the seam itself, there is a span already. */
const OVERRIDE_KEY = createContextKey("vitrine overridden seam");

/** Makes a seam: a method that is traced, if and as `tracing` says at each call. */
export function makeSeam<This extends object, Args extends unknown[], Result>(
  options: SeamOptions<This, Args, Result>,
): Seam<This, Args, Result> {
  const { base, name, hook, describe } = options;
  const adopted = new WeakSet<object>();
  const wrap = (original: Method<This, Args, Result>, isOverride: boolean): Method<This, Args, Result> => {
    // Not async: where nothing is traced, the caller gets what the method gives, and waits for nothing else.
    const wrapped = function (this: This, ...args: Args): Promise<Result> {
      const tracing = options.tracing();
      if (!tracing) return original.apply(this, args);
      const active = context.active();
      if (isTracingSuppressed(active)) return original.apply(this, args);
      if (active.getValue(OVERRIDE_KEY) === this)
        return context.with(active.deleteValue(OVERRIDE_KEY), async () => original.apply(this, args));
      const call = isOverride
        ? async (...given: Args): Promise<Result> =>
            context.with(context.active().setValue(OVERRIDE_KEY, this), async () => original.apply(this, given))
        : (...given: Args): Promise<Result> => original.apply(this, given);
      return traceCall({ tracing, describe: () => describe({ self: this, args, tracing }) }, { call, args });
    };
    for (const property of ["name", "length"] as const)
      Reflect.defineProperty(wrapped, property, { value: original[property], configurable: true });
    return wrapped;
  };
  const adopt = (self: object): void => {
    const owner = ownerOf(self, { base, name });
    const descriptor = owner && Object.getOwnPropertyDescriptor(owner, name);
    const original: unknown = descriptor?.value;
    if (!owner || adopted.has(owner) || !isMethod<This, Args, Result>(original)) return;
    adopted.add(owner);
    diag.warn(
      `vitrine: ${self.constructor.name} has a ${name}() of its own, in the place of the one that is traced; implement ${hook}() instead.`,
    );
    Reflect.defineProperty(owner, name, { ...descriptor, value: wrap(original, true) });
  };
  return { wrap: (original) => wrap(original, false), adopt };
}

interface Described<Args extends unknown[], Result> {
  readonly tracing: Tracing;
  readonly describe: () => SeamDescription<Args, Result>;
}

function traceCall<Args extends unknown[], Result>(
  { tracing, describe }: Described<Args, Result>,
  { call, args }: { readonly call: (...args: Args) => Promise<Result>; readonly args: Args },
): Promise<Result> {
  const { tracerProvider = trace.getTracerProvider(), traceConfig } = tracing;
  let description: SeamDescription<Args, Result> | undefined;
  return traced(
    { tracerProvider, traceConfig },
    () => {
      description = describe();
      return inWords(description, { semconv: tracing.semconv, operation: description.operation });
    },
    () => (description?.around ? description.around(call) : call(...args)),
  );
}

/** Finds who has the method below the class that owns the seam: the object itself, or a class between. */
function ownerOf(self: object, { base, name }: { readonly base: object; readonly name: string }): object | undefined {
  for (let owner: object | null = self; owner && owner !== base; owner = prototypeOf(owner)) {
    if (Object.hasOwn(owner, name)) return owner;
  }
  return undefined;
}

function prototypeOf(owner: object): object | null {
  const prototype: unknown = Object.getPrototypeOf(owner);
  return typeof prototype === "object" ? prototype : null;
}

function isMethod<This, Args extends unknown[], Result>(value: unknown): value is Method<This, Args, Result> {
  return typeof value === "function";
}
