const SEGMENT_NAME = /^(\d{13})-(\w+)-(\d+)$/;

/** Says what the name of a segment holds. */
interface SegmentNameParts {
  /** Milliseconds since 1970. */
  readonly beganAtMs: number;
  readonly owner: string;
  /** An owner's segments are numbered without a gap. */
  readonly number: number;
}

/** Makes the name of a segment: time, owner, number. Names sort by age. */
export function segmentName(owner: string, number: number): string {
  return `${String(Date.now()).padStart(13, "0")}-${owner}-${String(number).padStart(6, "0")}`;
}

/** Reads the name of a segment; undefined for what is none: it is somebody else's. */
export function readSegmentName(name: string): SegmentNameParts | undefined {
  const [, time, owner, number] = SEGMENT_NAME.exec(name) ?? [];
  return owner === undefined ? undefined : { beganAtMs: Number(time), owner, number: Number(number) };
}
