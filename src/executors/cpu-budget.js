/** Measures the computing time of guest code over all its bursts between two awaits, and says when it must stop. */
export class CpuBudget {
  /** Whether guest code was interrupted. What it left behind cannot be trusted. */
  isSpent = false;
  #usedMs = 0;
  // Outside a burst nothing may be interrupted: what runs then is the host's own.
  #deadline = Infinity;
  /** @readonly */
  #limitMs;

  /** @param {number} limitMs */
  constructor(limitMs) {
    this.#limitMs = limitMs;
  }

  /** Begins a new step. */
  reset() {
    this.#usedMs = 0;
  }

  /** Tells the interpreter, which asks every 10,000 operations or so, whether to interrupt. */
  isOver = () => {
    if (performance.now() <= this.#deadline) return false;
    this.isSpent = true;
    return true;
  };

  /**
   * Does work that may run guest code, within what is left of the time.
   *
   * Errors: those of the work, and an Error when it was interrupted.
   * @template T
   * @param {() => T} work
   * @returns {T}
   */
  spend(work) {
    const startedAt = performance.now();
    this.#deadline = startedAt + this.#limitMs - this.#usedMs;
    try {
      const result = work();
      if (this.isSpent) throw new Error("interrupted");
      return result;
    } finally {
      this.#usedMs += performance.now() - startedAt;
      this.#deadline = Infinity;
    }
  }
}
