import type { AttributeValue } from "@opentelemetry/api";

/**
 * Is many attributes, in the order in which they are to be set.
 *
 * Objects of dozens of keys that are made at run time take several times as long to make, and to read; and pairs would be made to be thrown away.
 */
export class AttributeList {
  readonly keys: string[] = [];
  readonly values: (AttributeValue | undefined)[] = [];

  add(key: string, value: AttributeValue | undefined): void {
    this.keys.push(key);
    this.values.push(value);
  }

  addAll({ keys, values }: AttributeList): void {
    for (let index = 0; index < keys.length; index++) this.add(keys[index] ?? "", values[index]);
  }
}
