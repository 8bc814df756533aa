import { describe, expect, it } from "vitest";
import { outcomeOfFailure } from "../../src/collector/delivery/outcome.ts";

const failure = (message: string, code: string) => Object.assign(new Error(message), { code });

describe("the reason of a failure", () => {
  it.each([
    [
      "one line of what TLS says in several",
      failure("write EPROTO 80:error:0A000410:SSL routines:ssl3_read_bytes:handshake failure:\n", "EPROTO"),
      "write EPROTO 80:error:0A000410:SSL routines:ssl3_read_bytes:handshake failure:",
    ],
    [
      "that TLS was asked of a plain port",
      failure("write EPROTO 80:error:0A00010B:SSL routines:ssl3_get_record:wrong version number:\n", "EPROTO"),
      "the port answers plain HTTP: write http:// in place of https://",
    ],
    [
      "that no HTTP was answered",
      failure("Parse Error: Expected HTTP/", "HPE_INVALID_CONSTANT"),
      "this answers no HTTP: 4317 is OTLP's gRPC port; OTLP over HTTP is 4318, Phoenix's 6006",
    ],
  ])("is %s", (_what, error, reason) => {
    expect(outcomeOfFailure(error)).toMatchObject({ type: "retry", reason });
  });
});
