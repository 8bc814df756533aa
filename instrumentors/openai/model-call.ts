import { diag } from "@opentelemetry/api";
import type { Gathering } from "./model-api.ts";

/** Why an answer is not whole, or not known. */
export type Interruption =
  /** Whoever read the stream left it: `break`, `return()`. */
  | "abandoned"
  /** The stream's controller, or the caller's signal, ended it. */
  | "aborted"
  /** The caller asked for the raw response, and reads it by themselves. */
  | "raw_response"
  /** Nobody holds the call, or its stream, any more, and nobody read it to its end. */
  | "unread";

/**
 * Follows one call from when it is made until its answer is known, which may be long after the caller got a stream.
 *
 * It ends once: what comes later is ignored. It must hold neither the promise nor the stream that the caller got, lest these are never collected.
 */
export class ModelCall {
  /** Settles when the call has ended: with what came between, if anything did, or with the very error that the caller gets. */
  readonly ended: Promise<Interruption | undefined>;
  readonly #gathering: Gathering;
  readonly #onFirstPiece: () => void;
  #settle: Settle | undefined;
  #hasPieces = false;
  #hasWarned = false;

  constructor(gathering: Gathering, onFirstPiece: () => void) {
    this.#gathering = gathering;
    this.#onFirstPiece = onFirstPiece;
    this.ended = new Promise((resolve, reject) => {
      this.#settle = { resolve, reject };
    });
  }

  /** Takes a piece of a stream. */
  see(piece: unknown): void {
    if (!this.#hasPieces) this.#onFirstPiece();
    this.#hasPieces = true;
    this.#gather(piece);
  }

  /** Takes a whole answer, and ends the call. */
  endWith(whole: unknown): void {
    this.#gather(whole);
    this.end();
  }

  /** Ends the call, as failed if its answer says so. */
  end(interruption?: Interruption): void {
    const failure = this.#read(() => this.#gathering.failure());
    if (failure) this.fail(failure);
    else this.#takeSettle()?.resolve(interruption);
  }

  fail(error: unknown): void {
    this.#takeSettle()?.reject(error);
  }

  #takeSettle(): Settle | undefined {
    const settle = this.#settle;
    this.#settle = undefined;
    return settle;
  }

  #gather(piece: unknown): void {
    if (this.#settle) this.#read(() => this.#gathering.add(piece));
  }

  /** Pieces are of whatever shape the server likes. Where one cannot be read, the others cannot either, mostly: it is told of once. */
  #read<T>(read: () => T): T | undefined {
    try {
      return read();
    } catch (fault) {
      if (!this.#hasWarned) diag.warn("vitrine: a piece of an answer could not be read", fault);
      this.#hasWarned = true;
      return undefined;
    }
  }
}

interface Settle {
  readonly resolve: (interruption: Interruption | undefined) => void;
  readonly reject: (error: unknown) => void;
}
