/** Cuts a text before the stop sequence that is complete first. */
export function cutAtStop(text: string, stopSequences: readonly string[]): string {
  return text.slice(0, findStop(text, stopSequences) ?? text.length);
}

interface StopFilter {
  readonly push: (piece: string) => void;
  /** Lets go of what was held back: no more pieces come. */
  readonly end: () => void;
}

/**
 * Passes pieces of a text on, up to the place where `cutAtStop` cuts the whole.
 *
 * A tail that may be the beginning of a stop sequence is held back until it is known to be none.
 */
export function filterStops(emit: (text: string) => void, stopSequences: readonly string[]): StopFilter {
  let held = "";
  let isStopped = false;
  const pass = (text: string): void => {
    if (text !== "") emit(text);
  };
  return {
    push(piece) {
      if (isStopped) return;
      const text = held + piece;
      const stop = findStop(text, stopSequences);
      isStopped = stop !== undefined;
      const passed = stop ?? text.length - begunStopLength(text, stopSequences);
      held = isStopped ? "" : text.slice(passed);
      pass(text.slice(0, passed));
    },
    end() {
      pass(held);
      held = "";
    },
  };
}

/** Finds where the stop sequence begins that ends first: what a server that reads along would stop at. */
function findStop(text: string, stopSequences: readonly string[]): number | undefined {
  const found = stopSequences
    .filter((stop) => stop !== "" && text.includes(stop))
    .map((stop) => ({ start: text.indexOf(stop), end: text.indexOf(stop) + stop.length }))
    .toSorted((left, right) => left.end - right.end || left.start - right.start);
  return found[0]?.start;
}

/** Counts the characters at the end of the text with which a stop sequence begins. */
function begunStopLength(text: string, stopSequences: readonly string[]): number {
  const lengths = stopSequences.map((stop) => {
    let length = Math.min(stop.length - 1, text.length);
    while (length > 0 && !text.endsWith(stop.slice(0, length))) length -= 1;
    return Math.max(length, 0);
  });
  return Math.max(0, ...lengths);
}
