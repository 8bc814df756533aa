/** A batch: larger ones are refused by proxies (nginx, if it is told nothing), smaller ones cost requests. Only a segment of a single large span is larger. */
export const BLOCK_BYTES = 1 << 20;

/** The one that was given back last. Left to the garbage collector, which does not hurry, three times as much memory would be held. */
let spare: Buffer | undefined;

/** Gives memory for a segment; what stands in it means nothing. */
export function takeBlock(): Buffer {
  const block = spare ?? Buffer.allocUnsafeSlow(BLOCK_BYTES);
  spare = undefined;
  return block;
}

/** Gives memory back that nobody reads any more. */
export function giveBlock(block: Buffer): void {
  if (block.length === BLOCK_BYTES) spare = block;
}
