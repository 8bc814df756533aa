import type { EndedSpanAttributes, EndedSpanResource, EndedSpanScope } from "./ended-span.ts";
import type { OtlpWriter } from "./otlp-writer.ts";

const resources = new WeakMap<EndedSpanResource, Buffer>();
const scopes = new WeakMap<EndedSpanScope, Buffer>();

const RESOURCE_SPANS = { resource: 1, schemaUrl: 3 } as const;
const RESOURCE = { attributes: 1, droppedAttributes: 2 } as const;
const SCOPE_SPANS = { scope: 1, schemaUrl: 3 } as const;
const SCOPE = { name: 1, version: 2, attributes: 3, droppedAttributes: 4 } as const;

/**
 * Gives all fields of ResourceSpans but its spans: encoded once, as soon as the resource is complete.
 *
 * As long as attributes are awaited, those that are there are sent.
 */
export function resourceBytes(resource: EndedSpanResource, writer: OtlpWriter): Buffer {
  const known = resources.get(resource);
  if (known) return known;
  writer.begin(0);
  const start = writer.open(RESOURCE_SPANS.resource);
  const isPending = resource.asyncAttributesPending === true;
  writer.attributes(RESOURCE.attributes, isPending ? settledAttributes(resource) : resource.attributes);
  // The SDK counts none; the stock serializer says so.
  writer.integer(RESOURCE.droppedAttributes, 0);
  writer.close(start);
  if (resource.schemaUrl) writer.text(RESOURCE_SPANS.schemaUrl, resource.schemaUrl);
  const bytes = Buffer.from(writer.take(0, writer.position));
  if (!isPending) resources.set(resource, bytes);
  return bytes;
}

/** Gives all fields of ScopeSpans but its spans: encoded once. */
export function scopeBytes(scope: EndedSpanScope, writer: OtlpWriter): Buffer {
  const known = scopes.get(scope);
  if (known) return known;
  writer.begin(0);
  const start = writer.open(SCOPE_SPANS.scope);
  writer.text(SCOPE.name, scope.name);
  if (scope.version) writer.text(SCOPE.version, scope.version);
  writer.attributes(SCOPE.attributes, scope.attributes);
  if (scope.droppedAttributesCount) writer.integer(SCOPE.droppedAttributes, scope.droppedAttributesCount);
  writer.close(start);
  if (scope.schemaUrl) writer.text(SCOPE_SPANS.schemaUrl, scope.schemaUrl);
  const bytes = Buffer.from(writer.take(0, writer.position));
  scopes.set(scope, bytes);
  return bytes;
}

/** As the SDK merges them: of one name the first that is there. Reading `attributes` would be an error in the SDK's log. */
function settledAttributes(resource: EndedSpanResource): EndedSpanAttributes {
  const settled = new Map<string, unknown>();
  for (const [name, value] of resource.getRawAttributes?.() ?? []) {
    const isMissing = settled.get(name) === undefined;
    if (isMissing && value !== undefined && value !== null && !isPromise(value)) settled.set(name, value);
  }
  return Object.fromEntries(settled);
}

function isPromise(value: unknown): boolean {
  return typeof value === "object" && value !== null && "then" in value && typeof value.then === "function";
}
