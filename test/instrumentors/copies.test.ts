import { diag } from "@opentelemetry/api";
import { afterEach, describe, expect, it } from "vitest";
import { watchOtherCopies } from "../../instrumentors/agent/copies.ts";
import { addCopy, OWN_COPY } from "../../src/agents/package-copy.ts";
import packageJson from "../../package.json" with { type: "json" };
import { keepWarnings } from "../support/warnings.ts";

const own = { version: "1.0.0", url: "file:///a/copy.js" };
const other = { version: "0.9.0", url: "file:///b/copy.js" };

afterEach(() => diag.disable());

describe("two copies of the package", () => {
  it.each(["before", "after"])("are told of by version and place, where the other has run %s tracing began", (when) => {
    const [registry, warnings] = [{}, keepWarnings()];
    if (when === "before") addCopy(other, registry);
    watchOtherCopies({ own, registry, isTracing: () => true });
    if (when === "after") addCopy(other, registry);
    expect(warnings).toEqual([
      expect.stringContaining("0.9.0 at file:///b/copy.js, beside 1.0.0 at file:///a/copy.js"),
    ]);
  });

  it("are told of once, however often tracing is switched on", () => {
    const [registry, warnings] = [{}, keepWarnings()];
    const warn = watchOtherCopies({ own, registry, isTracing: () => true });
    for (const copy of [other, other]) addCopy(copy, registry);
    warn();
    expect(warnings.length).toBe(1);
  });

  it("are told of by each of them that traces", () => {
    const [registry, warnings] = [{}, keepWarnings()];
    for (const copy of [own, other]) {
      watchOtherCopies({ own: copy, registry, isTracing: () => true });
      addCopy(copy, registry);
    }
    expect(warnings.map((warning) => /one: (\S+)/.exec(warning)?.[1])).toEqual(["1.0.0", "0.9.0"]);
  });

  it("are told of when tracing is switched on, and not while it is off", () => {
    const [registry, warnings] = [{}, keepWarnings()];
    let isTracing = false;
    const warn = watchOtherCopies({ own, registry, isTracing: () => isTracing });
    addCopy(other, registry);
    warn();
    expect(warnings).toEqual([]);
    isTracing = true;
    warn();
    expect(warnings.length).toBe(1);
  });

  it("are no reason to warn where there is but one", () => {
    const [registry, warnings] = [{}, keepWarnings()];
    watchOtherCopies({ own, registry, isTracing: () => true });
    addCopy(own, registry);
    expect(warnings).toEqual([]);
  });
});

it("has the version of the package for that of this copy", () => {
  expect(OWN_COPY.version).toBe(packageJson.version);
});
