/** What ends each span that goes on, in the order in which they began. */
const ongoing = new Set<() => void>();
let isWatching = false;

/**
 * Has a span ended when the process ends in the midst of it: after that nothing is awaited any more.
 *
 * At the exit itself, and before all others who listen: whoever delivers spans has them then, if it needs no answer for that. A process that is killed by a
 * signal has no such moment.
 */
export function endAtExit(end: () => void): void {
  if (!isWatching) process.prependListener("exit", endAll);
  isWatching = true;
  ongoing.add(end);
}

/** Takes that back, for a span that ends by itself. False if the process has ended it. */
export function takeBack(end: () => void): boolean {
  return ongoing.delete(end);
}

/** Is why a span ended that was open when the process did. */
export class ProcessExit extends Error {
  override readonly name = "ProcessExit";

  constructor() {
    super("The process ended before this did.");
  }
}

function endAll(): void {
  for (const end of [...ongoing].toReversed()) if (ongoing.delete(end)) end();
}
