interface Deferred<Value> {
  readonly promise: Promise<Value>;
  readonly resolve: (value: Value) => void;
}

/** Makes a promise that is resolved from outside. */
export function deferred<Value = void>(): Deferred<Value> {
  const resolvers: ((value: Value) => void)[] = [];
  const promise = new Promise<Value>((resolve) => resolvers.push(resolve));
  return {
    promise,
    resolve: (value) => {
      for (const resolve of resolvers) resolve(value);
    },
  };
}
