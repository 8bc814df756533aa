import type { TracerProvider } from "@opentelemetry/api";
import { warnOfUnseenProvider } from "./api-copies.ts";
import { SCOPE_NAME, SCOPE_VERSION } from "./scope.ts";

/** Whether this is the API's own provider, and none was registered yet; if one was, but with a copy of the API that this one does not see, a warning says so. */
export function isNobodyBehind(provider: TracerProvider): boolean {
  if (!("getDelegateTracer" in provider) || typeof provider.getDelegateTracer !== "function") return false;
  if (provider.getDelegateTracer(SCOPE_NAME, SCOPE_VERSION) !== undefined) return false;
  warnOfUnseenProvider();
  return true;
}
