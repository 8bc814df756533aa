import { describe, expect, it } from "vitest";
import { importExample } from "./import-example.ts";

const byToolCalls = await importExample(async () => import("../../examples/gdp.ts"));
const byCode = await importExample(async () => import("../../examples/gdp-code.ts"));

describe.each([
  ["a tool-calling agent", byToolCalls.result, 4366],
  ["a code agent", byCode.result, 7579],
])("the manager of %s", (_kind, result, managedTokens) => {
  it("reads its report", () => {
    expect(result?.steps[1]).toMatchObject({
      observations: [
        {
          text: expect.stringMatching(
            /Here is the final answer from your managed agent 'search_agent':\n### 1\. Task outcome \(short version\):\nThe GDP of the United States grew by 2\.8 % in 2024/,
          ),
        },
      ],
    });
  });

  it("computes the years from it", () => {
    expect(result).toMatchObject({ stopReason: "final-answer", output: "25.1 years" });
    expect(result?.steps[2]).toMatchObject({
      observations: [{ text: expect.stringContaining("years: 25.1002") }],
    });
  });

  it("counts its tokens apart from its own", () => {
    expect(result?.usage).toMatchObject({ own: { totalTokens: 4674 }, managed: { totalTokens: managedTokens } });
  });
});
