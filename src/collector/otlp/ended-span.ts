/**
 * Is what the encoder reads of a span that ended.
 *
 * `ReadableSpan` of OpenTelemetry's SDK 2 and SDK 3 both are one; no class of either is imported, so neither has to be there.
 * Values are `unknown`: what a program sets from JavaScript, and what later versions of the SDK let through, is not in their types.
 */
export interface EndedSpan {
  readonly name: string;
  readonly kind: number;
  readonly spanContext: () => EndedSpanContext;
  readonly parentSpanContext?: EndedSpanContext | undefined;
  readonly startTime: HrTime;
  readonly endTime: HrTime;
  readonly status: { readonly code: number; readonly message?: string | undefined };
  readonly attributes: EndedSpanAttributes;
  readonly links: readonly EndedSpanLink[];
  readonly events: readonly EndedSpanEvent[];
  readonly resource: EndedSpanResource;
  readonly instrumentationScope: EndedSpanScope;
  readonly droppedAttributesCount: number;
  readonly droppedEventsCount: number;
  readonly droppedLinksCount: number;
}

/** Is a time since 1970: whole seconds, and the nanoseconds that come on top. */
export type HrTime = readonly [seconds: number, nanoseconds: number];

/** Is a name and a value a pair; values that OTLP has no form for are sent without one. */
export type EndedSpanAttributes = Readonly<Record<string, unknown>>;

/** Names a span, or the one above it, by ids in hexadecimal. */
export interface EndedSpanContext {
  readonly traceId: string;
  readonly spanId: string;
  readonly traceFlags: number;
  readonly isRemote?: boolean | undefined;
  readonly traceState?: { readonly serialize: () => string } | undefined;
}

/** Is something that happened during the span. */
export interface EndedSpanEvent {
  readonly name: string;
  readonly time: HrTime;
  readonly attributes?: EndedSpanAttributes | undefined;
  readonly droppedAttributesCount?: number | undefined;
}

/** Points to another span. */
export interface EndedSpanLink {
  readonly context: EndedSpanContext;
  readonly attributes?: EndedSpanAttributes | undefined;
  readonly droppedAttributesCount?: number | undefined;
}

/** Says which program the span is of. `attributes` complains as long as some are awaited; `getRawAttributes` does not. */
export interface EndedSpanResource {
  readonly attributes: EndedSpanAttributes;
  readonly schemaUrl?: string | undefined;
  readonly asyncAttributesPending?: boolean | undefined;
  readonly getRawAttributes?: (() => readonly (readonly [name: string, value: unknown])[]) | undefined;
}

/** Says which library made the span. Attributes are read though no SDK has them yet: the stock serializer does. */
export interface EndedSpanScope {
  readonly name: string;
  readonly version?: string | undefined;
  readonly schemaUrl?: string | undefined;
  readonly attributes?: EndedSpanAttributes | undefined;
  readonly droppedAttributesCount?: number | undefined;
}
