import { APIConnectionError, AuthenticationError } from "openai";
import { describe, expect, it } from "vitest";
import { errorType, exceptionAttributes } from "../../instrumentors/shared/exceptions.ts";
import { maskStatusMessage } from "../../instrumentors/shared/masks.ts";
import { resolveTraceConfig } from "../../instrumentors/shared/trace-config.ts";

class NoRoad extends Error {}
class Named extends Error {
  override readonly name = "RoadError";
}
const nameless = new (class extends Error {})("no");
const numbered = Object.assign(new RangeError("no"), { code: "ERR_TOO_FAR" });
const misnamed = Object.defineProperty(new NoRoad("no"), "name", { value: 7 });
const unauthorized = new AuthenticationError(401, {}, "no key", new Headers());

describe("the type of an error", () => {
  it.each<[string, Error, string]>([
    ["its name", new TypeError("no"), "TypeError"],
    ["its own name, where its class says otherwise", new Named("no"), "RoadError"],
    ["its class, where its name says nothing", new NoRoad("no"), "NoRoad"],
    ["its class, where its name is no text", misnamed, "NoRoad"],
    ["its name, and not its code", numbered, "RangeError"],
    [
      "the class of an error of the openai package that no server sent",
      new APIConnectionError({}),
      "APIConnectionError",
    ],
    ["the class of an error of the openai package", unauthorized, "AuthenticationError"],
    ["Error, where nothing says more", new Error("no"), "Error"],
    ["Error, where the class has no name", nameless, "Error"],
  ])("is %s", (_what, error, type) => {
    expect([errorType(error), exceptionAttributes(error)["exception.type"]]).toEqual([type, type]);
    expect(maskStatusMessage(error, resolveTraceConfig({}, {}))).toBe(`${type}: ${error.message}`);
  });
});
