import { AsyncLocalStorage } from "node:async_hooks";
import { context, createContextKey, ROOT_CONTEXT, type Context, type ContextManager } from "@opentelemetry/api";
import { warnOfOtherApi } from "./api-copies.ts";

const PROBE = ROOT_CONTEXT.setValue(createContextKey("vitrine probe"), true);

/**
 * Sees to it that there is a context manager: without one no span knows its parent.
 *
 * `NodeTracerProvider.register()` sets one; a provider that is only handed to `instrument()` does not. Ours makes room for one that is set later.
 */
export function ensureContextManager(): void {
  if (context.with(PROBE, () => context.active()) === PROBE) return;
  if (context.setGlobalContextManager(new AsyncContextManager())) makeRoomLater();
  else if (context.with(PROBE, () => context.active()) !== PROBE) warnOfOtherApi();
}

/** The API keeps the first manager, and calls another one a duplicate: so ours goes before the program's own comes. */
function makeRoomLater(): void {
  Reflect.defineProperty(context, "setGlobalContextManager", {
    configurable: true,
    value: (manager: ContextManager): boolean => {
      Reflect.deleteProperty(context, "setGlobalContextManager");
      context.disable();
      return context.setGlobalContextManager(manager);
    },
  });
}

class AsyncContextManager implements ContextManager {
  readonly #storage = new AsyncLocalStorage<Context>();

  active(): Context {
    return this.#storage.getStore() ?? ROOT_CONTEXT;
  }

  // oxlint-disable-next-line eslint/max-params -- the API's own signature
  with<Args extends unknown[], Fn extends (...args: Args) => ReturnType<Fn>>(
    active: Context,
    fn: Fn,
    thisArg?: ThisParameterType<Fn>,
    ...args: Args
  ): ReturnType<Fn> {
    return this.#storage.run(active, () => fn.call(thisArg, ...args));
  }

  bind<T>(bound: Context, target: T): T {
    if (typeof target !== "function") return target;
    const storage = this.#storage;
    return new Proxy(target, {
      apply: (fn, thisArg, args: unknown[]) => storage.run(bound, () => Reflect.apply(fn, thisArg, args)),
    });
  }

  enable(): this {
    return this;
  }

  disable(): this {
    this.#storage.disable();
    return this;
  }
}
