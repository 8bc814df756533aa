import { InMemorySpanExporter } from "@opentelemetry/sdk-trace-node";
import { afterEach, describe, expect, it, vi } from "vitest";
import { ConfigurationError } from "vitrine";
import { register, SpoolSpanProcessor } from "vitrine/collector";

/** Hands over what JavaScript, which knows no types, may. */
function failureOf(act: () => unknown): unknown {
  try {
    act();
  } catch (error) {
    return error;
  }
  throw new Error("Nothing was refused.");
}

afterEach(() => void vi.unstubAllEnvs());

const WAYS: [what: string, options: unknown, said: string][] = [
  ["a key that is not known", { enpoint: "http://a" }, 'knows no option "enpoint". Did you mean "endpoint"?'],
  ["a key that is like none", { colour: "red" }, 'knows no option "colour". It knows endpoint, apiKey, headers'],
  ["a string", "http://a", 'takes an object of options, and was given "http://a".'],
  ["null", null, "takes an object of options, and was given null."],
  ["a list", ["http://a"], 'was given a list of "http://a".'],
  [
    "an endpoint that is none",
    { endpoint: new URL("http://a") },
    "endpoint must be a string, and is an object of the class URL",
  ],
  ["an empty endpoint", { endpoint: "" }, 'The collector\'s address "" (from endpoint)'],
  ["a key that is no string", { apiKey: 7 }, "apiKey must be a string, and is 7."],
  ["headers as a list", { headers: ["a"] }, "headers must be an object such as"],
  ["headers of the platform's class", { headers: new Headers({ a: "b" }) }, "and is an object of the class Headers."],
  [
    "a header without a value",
    { headers: { "x-team": undefined } },
    'The header "x-team" must be a string, and is undefined.',
  ],
  ["a header's name that is none", { headers: { "x team": "a" } }, '"x team" is no name of a header'],
  ["another compression", { compression: "br" }, 'compression must be "gzip" or "none", and is "br".'],
  ["destinations that are no list", { destinations: "http://a" }, "destinations must be a list such as"],
  ["a destination that is none", { destinations: [7] }, "destinations[0] takes an object of options, and was given 7."],
  [
    "a key of a destination that is not known",
    { destinations: ["http://a", { endpoint: "http://b", header: {} }] },
    'destinations[1] knows no option "header". Did you mean "headers"?',
  ],
  ["a value in a destination", { destinations: [{ endpoint: 7 }] }, "destinations[0].endpoint must be a string"],
  [
    "an endpoint beside destinations",
    { endpoint: "http://a", destinations: ["http://b"] },
    "endpoint stands beside destinations, which replace it.",
  ],
  ["headers beside destinations", { headers: {}, destinations: ["http://b"] }, "headers stands beside destinations"],
  ["a spool that is null", { spool: null }, "spool takes an object of options, and was given null."],
  ["a spool that is a path", { spool: "/a" }, 'write spool: { directory: "/a" }.'],
  [
    "a folder that is none",
    { spool: { directory: 7 } },
    "spool.directory must be a string that is not empty, and is 7.",
  ],
  ["a key of the spool that is not known", { spool: { dir: "/a" } }, 'spool knows no option "dir".'],
  ["a bound below a span", { spool: { maxBytes: 1_000 } }, "spool.maxBytes must be at least 65536 bytes"],
  ["quiet as a word", { quiet: "yes" }, 'quiet must be true or false, and is "yes".'],
];

describe("SpoolSpanProcessor", () => {
  it.each(WAYS)("refuses %s", (_what, options, said) => {
    const error = failureOf(() => Reflect.construct(SpoolSpanProcessor, [options]));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ message: expect.stringContaining(said) });
  });
});

describe("register", () => {
  it.each([
    ...WAYS,
    ["a project without a name", { projectName: "" }, "projectName must be a string that is not empty"],
    [
      "a resource that is text",
      { resource: "shop" },
      'resource must be an object of attributes such as { "service.name"',
    ],
    ["a sampler that is none", { sampler: "always_on" }, "sampler must be a sampler, with a method shouldSample"],
    [
      "an exporter in place of a processor",
      { spanProcessors: [new InMemorySpanExporter()] },
      "wrap an exporter in SimpleSpanProcessor or BatchSpanProcessor",
    ],
    ["instrumentations by name", { instrumentations: ["http"] }, "instrumentations must be a list of instrumentations"],
    ["global as a word", { global: "no" }, 'global must be true or false, and is "no".'],
  ])("refuses %s", (_what, options, said) => {
    const error = failureOf(() => Reflect.apply(register, undefined, [options]));
    expect(error).toBeInstanceOf(ConfigurationError);
    expect(error).toMatchObject({ message: expect.stringContaining(said) });
  });

  it("takes what is undefined for not given", async () => {
    vi.stubEnv("PHOENIX_COLLECTOR_ENDPOINT", "http://phoenix.invalid");
    const collector = register({
      endpoint: undefined,
      destinations: undefined,
      projectName: undefined,
      spool: false,
      global: false,
    });
    await collector.shutdown({ timeoutMs: 1 });
    expect(collector.endpoint.source).toBe("PHOENIX_COLLECTOR_ENDPOINT");
  });
});
