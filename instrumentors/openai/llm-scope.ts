import { OpenInferenceSpanKind, SemanticConventions } from "@arizeai/openinference-semantic-conventions";
import { createContextKey, trace, type Context } from "@opentelemetry/api";
import { objectOf } from "./json.ts";

/** Under which key `traced` keeps the innermost span of ours, also below spans of others. */
const OPEN_SPAN_KEY = createContextKey("vitrine open span");

/**
 * Whether a model call is being traced already: by `Model.generate`, or by whoever else opened an LLM span around this call. One model call is one LLM span.
 *
 * Read from the span's own attributes, which spans of SDK 2 and 3 show. A tool that is called within asks for itself.
 */
export function isInsideModelCall(context: Context): boolean {
  const ours = objectOf(context.getValue(OPEN_SPAN_KEY))["span"];
  return [trace.getSpan(context), ours].some((span) => {
    const kind = objectOf(objectOf(span)["attributes"])[SemanticConventions.OPENINFERENCE_SPAN_KIND];
    return kind === OpenInferenceSpanKind.LLM;
  });
}
