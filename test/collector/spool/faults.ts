import * as fc from "fast-check";

/** What happens to a file. `place` and `length` are parts of the whole, from 0 to 1. */
interface FaultChoice {
  readonly what: "flip" | "zeroes" | "cut" | "cut off" | "insert" | "overwrite";
  readonly place: number;
  readonly length: number;
  readonly noise: Uint8Array;
}

/** Is a file that something has happened to. Of the bytes before, those from `from` to `to` are not what they were. */
export interface Fault {
  readonly bytes: Buffer;
  readonly from: number;
  readonly to: number;
}

const parts = fc.double({ min: 0, max: 1, noNaN: true });

/** Makes faults of every kind. */
export const faults: fc.Arbitrary<FaultChoice> = fc.record({
  what: fc.constantFrom("flip", "zeroes", "cut", "cut off", "insert", "overwrite"),
  place: parts,
  length: parts.map((part) => part ** 3),
  noise: fc.uint8Array({ minLength: 1, maxLength: 100 }),
});

/** Has a fault happen to the bytes of a file. */
export function faultOf(bytes: Buffer, { what, place, length, noise }: FaultChoice): Fault {
  const from = Math.min(bytes.length - 1, Math.floor(place * bytes.length));
  const to = what === "cut off" ? bytes.length : Math.min(bytes.length, from + 1 + Math.floor(length * bytes.length));
  const before = bytes.subarray(0, from);
  const behind = bytes.subarray(to);
  switch (what) {
    case "flip": {
      const flipped = (bytes[from] ?? 0) ^ (1 << ((noise[0] ?? 0) & 7));
      return { bytes: Buffer.concat([before, Buffer.from([flipped]), bytes.subarray(from + 1)]), from, to: from + 1 };
    }
    case "zeroes":
      return { bytes: Buffer.concat([before, Buffer.alloc(to - from), behind]), from, to };
    case "cut":
    case "cut off":
      return { bytes: Buffer.concat([before, behind]), from, to };
    case "insert":
      // Between two records it hurts neither: what begins there is said to be hurt, as what holds the place is.
      return { bytes: Buffer.concat([before, noise, bytes.subarray(from)]), from, to: from + 1 };
    case "overwrite": {
      const hurt = Math.min(bytes.length, from + noise.length);
      return { bytes: Buffer.concat([before, noise.subarray(0, hurt - from), bytes.subarray(hurt)]), from, to: hurt };
    }
  }
}
