/** Says how the value of a field is written. */
export type FieldType = ScalarType | MessageName;

export type ScalarType = "string" | "bytes" | "bool" | "int64" | "uint32" | "enum" | "double" | "fixed32" | "fixed64";

/** Describes a field of a message. */
export interface Field {
  readonly name: string;
  readonly type: FieldType;
  readonly isRepeated?: boolean;
  /** Of a `oneof`: written although it is 0, false or empty. */
  readonly isChoice?: boolean;
}

export type MessageName =
  | "Request"
  | "ResourceSpans"
  | "Resource"
  | "ScopeSpans"
  | "Scope"
  | "Span"
  | "Event"
  | "Link"
  | "Status"
  | "KeyValue"
  | "AnyValue"
  | "ArrayValue"
  | "KeyValueList";

const attributes = { name: "attributes", type: "KeyValue", isRepeated: true } as const;
const dropped = { name: "droppedAttributesCount", type: "uint32" } as const;
const schemaUrl = { name: "schemaUrl", type: "string" } as const;
const traceState = { name: "traceState", type: "string" } as const;
const flags = { name: "flags", type: "fixed32" } as const;
const traceId = { name: "traceId", type: "bytes" } as const;
const spanId = { name: "spanId", type: "bytes" } as const;

/** Is what of OTLP 1.x the encoder writes, by field number. Source: opentelemetry/proto/{collector/trace,trace,resource,common}/v1. */
export const OTLP_MESSAGES: Readonly<Record<MessageName, Readonly<Record<number, Field>>>> = {
  Request: { 1: { name: "resourceSpans", type: "ResourceSpans", isRepeated: true } },
  ResourceSpans: {
    1: { name: "resource", type: "Resource" },
    2: { name: "scopeSpans", type: "ScopeSpans", isRepeated: true },
    3: schemaUrl,
  },
  Resource: { 1: attributes, 2: dropped },
  ScopeSpans: {
    1: { name: "scope", type: "Scope" },
    2: { name: "spans", type: "Span", isRepeated: true },
    3: schemaUrl,
  },
  Scope: { 1: { name: "name", type: "string" }, 2: { name: "version", type: "string" }, 3: attributes, 4: dropped },
  Span: {
    1: traceId,
    2: spanId,
    3: traceState,
    4: { name: "parentSpanId", type: "bytes" },
    5: { name: "name", type: "string" },
    6: { name: "kind", type: "enum" },
    7: { name: "startTimeUnixNano", type: "fixed64" },
    8: { name: "endTimeUnixNano", type: "fixed64" },
    9: attributes,
    10: dropped,
    11: { name: "events", type: "Event", isRepeated: true },
    12: { name: "droppedEventsCount", type: "uint32" },
    13: { name: "links", type: "Link", isRepeated: true },
    14: { name: "droppedLinksCount", type: "uint32" },
    15: { name: "status", type: "Status" },
    16: flags,
  },
  Event: {
    1: { name: "timeUnixNano", type: "fixed64" },
    2: { name: "name", type: "string" },
    3: attributes,
    4: dropped,
  },
  Link: { 1: traceId, 2: spanId, 3: traceState, 4: attributes, 5: dropped, 6: flags },
  Status: { 2: { name: "message", type: "string" }, 3: { name: "code", type: "enum" } },
  KeyValue: { 1: { name: "key", type: "string" }, 2: { name: "value", type: "AnyValue" } },
  AnyValue: {
    1: { name: "stringValue", type: "string", isChoice: true },
    2: { name: "boolValue", type: "bool", isChoice: true },
    3: { name: "intValue", type: "int64", isChoice: true },
    4: { name: "doubleValue", type: "double", isChoice: true },
    5: { name: "arrayValue", type: "ArrayValue", isChoice: true },
    6: { name: "kvlistValue", type: "KeyValueList", isChoice: true },
    7: { name: "bytesValue", type: "bytes", isChoice: true },
  },
  ArrayValue: { 1: { name: "values", type: "AnyValue", isRepeated: true } },
  KeyValueList: { 1: { name: "values", type: "KeyValue", isRepeated: true } },
};
