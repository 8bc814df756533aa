/** Names the one release of Phoenix that the tests run against and that `npm run phoenix` starts. */
export const PHOENIX_VERSION = "20.26.1";

/** Names its image. `compose.yaml` has to say the same; a test holds that. */
export const PHOENIX_IMAGE = `arizephoenix/phoenix:version-${PHOENIX_VERSION}`;

/** Keeps Phoenix from reaching for anything outside, and its log from printing every migration. */
export const PHOENIX_QUIET_ENV: Readonly<Record<string, string>> = {
  PHOENIX_ALLOWED_SANDBOX_PROVIDERS: "NONE",
  PHOENIX_ALLOW_EXTERNAL_RESOURCES: "false",
  PHOENIX_DISABLE_AGENT_ASSISTANT: "true",
  PHOENIX_ENABLE_MCP_SERVER: "false",
  PHOENIX_LOG_MIGRATIONS: "false",
  PHOENIX_TELEMETRY_ENABLED: "false",
};
