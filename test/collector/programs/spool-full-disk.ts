import { RECORD } from "../../../src/collector/spool/record.ts";
import { resolveSpool } from "../../../src/collector/spool/spool-options.ts";
import { Spool } from "../../../src/collector/spool/spool.ts";

/** Appends spans to a spool, on a disk that does not take all of them, and then does again; says as JSON what has become of them. */
const [directory = ""] = process.argv.slice(2);

const told: string[] = [];
const spool = new Spool(resolveSpool({ directory }, {}), ["here"], {
  dropped: (spans, reason) => told.push(`dropped ${spans}: ${reason}`),
  diskFailed: (error) => told.push(`disk failed: ${String(error).replace("Error: ", "")}`),
  tookOver: () => {},
});

function append(count: number): void {
  for (let index = 0; index < count; index += 1) {
    spool.append({ kind: RECORD.span, spanId: "0".repeat(16), payload: Buffer.alloc(51_000, "span") });
  }
}

append(10);
await spool.keepHouse();
append(2);
const read = await Promise.all(spool.segments.map(async (segment) => segment.read(0)));
process.stdout.write(
  JSON.stringify({
    ended: 12,
    waiting: read.flatMap(({ records }) => records).filter(({ kind }) => kind === RECORD.span).length,
    places: spool.segments.map(({ isOnDisk }) => (isOnDisk ? "file" : "memory")),
    damaged: read.flatMap(({ damage }) => damage).length,
    told,
  }),
);
