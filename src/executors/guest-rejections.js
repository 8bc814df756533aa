/** @typedef {import("quickjs-wasi").JSValueHandle} Handle */

/** Enough to report one; each is kept in the guest's memory. */
const MAX_REJECTIONS = 100;

/** Holds the rejected promises of one step that nothing has handled so far: calls that failed while nobody awaited them. */
export class GuestRejections {
  /** By identity of the promise. @type {Map<number, { promise: Handle, reason: Handle }>} @readonly */
  #unhandled = new Map();

  /** The reason of the first one. */
  get first() {
    const [first] = this.#unhandled.values();
    return first?.reason;
  }

  /** @param {Handle} promise @param {Handle} reason */
  add(promise, reason) {
    if (this.#unhandled.size >= MAX_REJECTIONS) return;
    // The promise is kept too: its identity is an address, and would be used again.
    this.#unhandled.set(promise.identity, { promise: promise.dup(), reason: reason.dup() });
  }

  /** Forgets a rejection that was handled after all. @param {Handle} promise */
  remove({ identity }) {
    const known = this.#unhandled.get(identity);
    this.#unhandled.delete(identity);
    known?.promise.dispose();
    known?.reason.dispose();
  }

  clear() {
    for (const { promise } of this.#unhandled.values()) this.remove(promise);
  }
}
