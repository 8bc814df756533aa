import fs from "node:fs";
import { syncBuiltinESMExports } from "node:module";
import { describe, expect, it, onTestFinished } from "vitest";
import { resolveSpool } from "../../../src/collector/spool/spool-options.ts";
import { temporaryFolder } from "../../support/spool-provider.ts";
import { append, openSpool, waitingIn } from "./spools.ts";

/** Counts the calls that write through to the disk, which nothing else shows. */
function countSyncs(): { count: number } {
  const calls = { count: 0 };
  const { fdatasync, fdatasyncSync } = fs;
  fs.fdatasyncSync = (descriptor) => {
    calls.count += 1;
    fdatasyncSync(descriptor);
  };
  const counted = (descriptor: number, done: fs.NoParamCallback) => {
    calls.count += 1;
    fdatasync(descriptor, done);
  };
  Object.assign(fs, { fdatasync: counted });
  syncBuiltinESMExports();
  onTestFinished(() => {
    Object.assign(fs, { fdatasync, fdatasyncSync });
    syncBuiltinESMExports();
  });
  return calls;
}

describe("writing through to the disk", () => {
  it("is never done, if nothing is said", () => {
    const calls = countSyncs();
    const { spool } = openSpool({ directory: temporaryFolder() });
    append(spool, "a", "b", "c".padEnd(1_100_000));
    spool.close();
    expect(calls.count).toBe(0);
  });

  it("is done now and then: not for a span, but for a segment that is finished too", async () => {
    const calls = countSyncs();
    const { spool } = openSpool({ directory: temporaryFolder(), fsync: "interval" });
    append(spool, "a", "b");
    const appended = calls.count;
    await spool.sync();
    const synced = calls.count;
    append(spool, "c".padEnd(1_100_000));
    expect({ appended, synced, finished: calls.count }).toEqual({ appended: 0, synced: 1, finished: 2 });
    expect(await waitingIn(spool)).toHaveLength(3);
  });

  it("is done always: before the end of a span returns", () => {
    const calls = countSyncs();
    const { spool } = openSpool({ directory: temporaryFolder(), fsync: "always" });
    append(spool, "a", "b");
    // Once more for what says what the segment is.
    expect(calls.count).toBe(3);
  });

  it("is refused when it is another word", () => {
    // @ts-expect-error A word that is none.
    expect(() => resolveSpool({ fsync: "sometimes" })).toThrow(/"never", "interval" or "always", and is sometimes/);
  });
});

describe("the options of a spool", () => {
  it.each([
    ["maxBytes", { maxBytes: 0 }],
    ["maxAgeMs", { maxAgeMs: -1 }],
    ["retain", { retain: Number.NaN }],
  ])("refuse a %s that is no number above 0", (name, options) => {
    expect(() => resolveSpool(options)).toThrow(`spool.${name} must be a number above 0`);
  });

  it.each([
    ["the option", { directory: "/a" }, { VITRINE_SPOOL: "/b" }, /^\/a$/],
    ["the variable", {}, { VITRINE_SPOOL: "/b" }, /^\/b$/],
    ["what is there by default", {}, { VITRINE_SPOOL: "" }, /\/\.vitrine\/spool$/],
  ])("take as folder %s", (_case, options, env, directory) => {
    expect(resolveSpool(options, env).directory).toMatch(directory);
  });
});
