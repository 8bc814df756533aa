import type { AttributeValue } from "@opentelemetry/api";

/** Is one attribute of many. Objects of dozens of keys that are made at run time take several times as long to make, and to read. */
export type AttributeEntry = readonly [key: string, value: AttributeValue | undefined];
