/**
 * Does something now, and again and again; gives when the first round is over, and the function that ends it.
 *
 * A round that takes long is not overtaken by the next one. Errors: none; what could not be done is done the next time. Keeps no process alive.
 */
export function inRounds(ms: number, act: () => Promise<void>): { readonly first: Promise<void>; stop(): void } {
  let isRunning = false;
  const round = async () => {
    if (isRunning) return;
    isRunning = true;
    await act().catch(() => {});
    isRunning = false;
  };
  const first = round();
  const timer = setInterval(() => void round(), ms).unref();
  return { first, stop: () => clearInterval(timer) };
}
