import { type Attributes, SpanKind } from "@opentelemetry/api";
import { AttributeList } from "./attribute-list.ts";
import { errorType } from "./exceptions.ts";
import type { SpanDescription } from "./traced.ts";
import { contextTwins } from "./context-twins.ts";
import { type GenAiOperation, inConvention, operationAttributes, type Semconv } from "./gen-ai.ts";

/** Describes the same work by the conventions asked for. */
export function inWords<Result>(
  description: SpanDescription<Result>,
  words: { readonly semconv: Semconv; readonly operation: GenAiOperation },
): SpanDescription<Result> {
  if (words.semconv === "openinference") return description;
  const { start, bulk, success, failure } = description;
  return {
    ...description,
    // A model is served by somebody else, as those conventions see it.
    ...(words.operation === "chat" ? { spanKind: SpanKind.CLIENT } : {}),
    start: () => ({
      ...operationAttributes(words.operation),
      ...contextTwins(),
      ...inConvention(start(), words),
    }),
    ...(bulk ? { bulk: () => listOf(inConvention(objectOf(bulk()), words)) } : {}),
    success: (result) => inConvention(success(result), words),
    failure: (error) => ({ "error.type": errorType(error), ...inConvention(failure?.(error) ?? {}, words) }),
  };
}

function objectOf({ keys, values }: AttributeList): Attributes {
  return Object.fromEntries(keys.map((key, index) => [key, values[index]]));
}

function listOf(attributes: Attributes): AttributeList {
  const list = new AttributeList();
  for (const [key, value] of Object.entries(attributes)) list.add(key, value);
  return list;
}
