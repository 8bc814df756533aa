import { expect, it } from "vitest";
import { watchedContext, watchedOptions } from "../../instrumentors/agent/watch.ts";
import type { GenerateOptions } from "../../src/models/model.ts";

it("reads a signal that is made when it is asked for only then", () => {
  let made = 0;
  const context = {
    get signal() {
      made += 1;
      return new AbortController().signal;
    },
    showImage: () => "image_1",
  };
  const watched = watchedContext(context, []);
  expect(made).toBe(0);
  expect([watched.signal?.aborted, made]).toEqual([false, 1]);
});

it("reads what the class of an object has", () => {
  const abort = new AbortController();
  expect(watchedContext(abort, [])).toBe(abort);
  expect(watchedOptions(abort).signal).toBe(abort.signal);
  const options: GenerateOptions = Object.assign(new AbortController(), { onDelta: () => {} });
  expect(watchedOptions(options).signal).toBe(options.signal);
});

it("asks nobody to stream who did not, and tells who listens", () => {
  const told: unknown[] = [];
  const { onDelta, onRetry } = watchedOptions({ onRetry: (retry) => told.push(retry) });
  onRetry?.({ attempt: 1, reason: "503" });
  expect([onDelta, told]).toEqual([undefined, [{ attempt: 1, reason: "503" }]]);
});
