/** Names the instrumentation scope. Backends know OpenInference scopes by this prefix. */
export const SCOPE_NAME = "openinference.instrumentation.vitrine";

/** The version of the package: a test holds it to package.json. */
export const SCOPE_VERSION = "0.1.0";
