import { expect, it } from "vitest";
import { SCOPE_VERSION } from "../../instrumentors/shared/scope.ts";
import packageJson from "../../package.json" with { type: "json" };

it("has the version of the package as the version of its scope", () => {
  expect(SCOPE_VERSION).toBe(packageJson.version);
});
