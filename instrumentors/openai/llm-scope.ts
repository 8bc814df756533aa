import { OpenInferenceSpanKind, SemanticConventions } from "@arizeai/openinference-semantic-conventions";
import { trace, type Context } from "@opentelemetry/api";
import { openSpanKind } from "../shared/open-span.ts";
import { objectOf } from "./json.ts";

/**
 * Whether a model call is being traced already: by `Model.generate`, or by whoever else opened an LLM span around this call. One model call is one LLM span.
 *
 * Of spans of others, it is read from their attributes, which those of SDK 2 and 3 show. A tool that is called within asks for itself.
 */
export function isInsideModelCall(context: Context): boolean {
  const { [SemanticConventions.OPENINFERENCE_SPAN_KIND]: others } = objectOf(
    objectOf(trace.getSpan(context))["attributes"],
  );
  return openSpanKind(context) === OpenInferenceSpanKind.LLM || others === OpenInferenceSpanKind.LLM;
}
