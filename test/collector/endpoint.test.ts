import { describe, expect, it } from "vitest";
import { resolveEndpoint, resolveProjectName } from "../../src/collector/endpoint.ts";

const PHOENIX = { PHOENIX_COLLECTOR_ENDPOINT: "http://phoenix:6006" };

describe("resolveEndpoint", () => {
  it.each([
    ["nothing set: Phoenix on this machine", {}, {}, "http://localhost:6006/v1/traces"],
    ["the option over every variable", { endpoint: "http://mine:1" }, PHOENIX, "http://mine:1/v1/traces"],
    [
      "Phoenix's variable first",
      {},
      { ...PHOENIX, OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel:4318" },
      "http://phoenix:6006/v1/traces",
    ],
    [
      "the traces variable before the general one",
      {},
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://t/in", OTEL_EXPORTER_OTLP_ENDPOINT: "http://g" },
      "http://t/in",
    ],
    ["the general variable", {}, { OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel:4318/" }, "http://otel:4318/v1/traces"],
    [
      "a path before /v1/traces",
      {},
      { PHOENIX_COLLECTOR_ENDPOINT: "https://app.phoenix.test/s/team/" },
      "https://app.phoenix.test/s/team/v1/traces",
    ],
    [
      "an address without its fragment, which is never sent",
      {},
      { OTEL_EXPORTER_OTLP_TRACES_ENDPOINT: "http://t/in?a=b#part" },
      "http://t/in?a=b",
    ],
    ["a path that is there already", { endpoint: "http://p:6006/v1/traces" }, {}, "http://p:6006/v1/traces"],
    [
      "empty variables as unset",
      {},
      { PHOENIX_COLLECTOR_ENDPOINT: "", OTEL_EXPORTER_OTLP_ENDPOINT: "http://otel:4318" },
      "http://otel:4318/v1/traces",
    ],
  ])("takes %s", (_case, options, env, url) => {
    expect(resolveEndpoint(options, env).url).toBe(url);
  });

  it("names the source of the address", () => {
    expect([
      resolveEndpoint({}, {}).source,
      resolveEndpoint({ endpoint: "http://a" }, {}).source,
      resolveEndpoint({}, PHOENIX).source,
    ]).toEqual(["default", "endpoint", "PHOENIX_COLLECTOR_ENDPOINT"]);
  });

  it("sends the API key as a bearer token, and headers of the caller's last", () => {
    const env = { PHOENIX_API_KEY: "secret", PHOENIX_CLIENT_HEADERS: '{"x-team":"a","x-env":"test"}' };
    expect(resolveEndpoint({ headers: { "x-team": "b" } }, env).headers).toEqual({
      authorization: "Bearer secret",
      "x-team": "b",
      "x-env": "test",
    });
  });

  it("reads headers also as a list of pairs", () => {
    const env = { PHOENIX_CLIENT_HEADERS: "api_key=a%3Db, x-env = test" };
    expect(resolveEndpoint({}, env).headers).toEqual({ api_key: "a=b", "x-env": "test" });
  });

  it("does not hand Phoenix's key to an address that an OTEL_ variable names", () => {
    const env = { PHOENIX_API_KEY: "secret", OTEL_EXPORTER_OTLP_ENDPOINT: "http://other" };
    expect(resolveEndpoint({}, env).headers).toEqual({});
  });

  it("blames the option for an empty address, whatever a variable says", () => {
    expect(() => resolveEndpoint({ endpoint: "" }, PHOENIX)).toThrow('The collector\'s address "" (from endpoint)');
  });

  it.each([
    ["a name that is none", { "x team": "a" }, '"x team" is no name of a header'],
    ["a value of two lines", { authorization: "Bearer a\n" }, 'The header "authorization" holds a character'],
  ])("refuses a header with %s at once, and shows no value", (_case, headers, message) => {
    expect(() => resolveEndpoint({ headers }, {})).toThrow(message);
    expect(() => resolveEndpoint({ headers }, {})).not.toThrow("Bearer");
  });

  it("refuses a key with a line break, as one read from a file has", () => {
    expect(() => resolveEndpoint({}, { PHOENIX_API_KEY: "secret\n" })).toThrow("is a key read from a file trimmed?");
  });

  it.each([
    [
      "an address that is none",
      { PHOENIX_COLLECTOR_ENDPOINT: "phoenix:6006" },
      /"phoenix:6006" \(from PHOENIX_COLLECTOR_ENDPOINT\)/,
    ],
    [
      "headers that are no JSON object",
      { PHOENIX_CLIENT_HEADERS: "x-team" },
      /PHOENIX_CLIENT_HEADERS must be a JSON object/,
    ],
  ])("refuses %s, and names the variable", (_case, env, message) => {
    expect(() => resolveEndpoint({}, env)).toThrow(message);
  });
});

describe("resolveProjectName", () => {
  it.each([
    ["the option", "mine", { PHOENIX_PROJECT: "a" }, "mine"],
    ["PHOENIX_PROJECT first", undefined, { PHOENIX_PROJECT: "a", PHOENIX_PROJECT_NAME: "b" }, "a"],
    ["PHOENIX_PROJECT_NAME then", undefined, { PHOENIX_PROJECT_NAME: "b" }, "b"],
    ["an empty variable as unset", undefined, { PHOENIX_PROJECT: "", PHOENIX_PROJECT_NAME: "b" }, "b"],
    ["default at last", undefined, {}, "default"],
  ])("takes %s", (_case, option, env, name) => {
    expect(resolveProjectName(option, env)).toBe(name);
  });

  it("refuses a name by which Phoenix could not find the project", () => {
    expect(() => resolveProjectName("a/b", {})).toThrow(/"a\/b"/);
  });
});

it.each([
  ["localhost:6006", '"localhost:6006" (from endpoint) is no URL. Write it as http://host:port.'],
  ["ftp://host:1", '"ftp://host:1" (from endpoint) is neither http nor https.'],
])("says of %s what is wrong with it", (endpoint, fault) => {
  expect(() => resolveEndpoint({ endpoint }, {})).toThrow(fault);
});
