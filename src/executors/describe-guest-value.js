/** @typedef {import("quickjs-wasi").JSValueHandle} Handle */
/** @typedef {import("./guest.js").Guest} Guest */

const MAX_ITEMS = 100;
const MAX_DEPTH = 6;
const MAX_PROTOTYPES = 10;
/** Characters of one description; a small graph can have a million paths. */
const MAX_LENGTH = 100_000;
const MAX_STRING_LENGTH = 10_000;
const LINE_LENGTH = 76;
/** Items up to this length stand side by side, however many. */
const SHORT_ITEM_LENGTH = 16;

/**
 * Writes a guest value as people read it. Runs no guest code: getters and proxies are named, not asked.
 *
 * @param {Handle} value
 * @param {Guest} guest
 * @returns {string}
 */
export function describeGuestValue(value, guest) {
  return value.isString ? value.toString() : guest.vm.withScope(() => new Description(guest).of(value));
}

/**
 * Writes what guest code threw, as `TypeError: message` if it is an Error.
 *
 * @param {Handle} thrown
 * @param {Guest} guest
 */
export function describeGuestError(thrown, guest) {
  if (!thrown.isError) return `${describeGuestValue(thrown, guest)} was thrown`;
  return guest.vm.withScope(() => {
    const [name, message] = [inheritedString(thrown, "name") ?? "Error", inheritedString(thrown, "message")];
    return message ? `${name}: ${message}` : name;
  });
}

/**
 * Cuts the end off a text, and says so.
 *
 * @param {string} text
 * @param {number} maxLength
 */
export function cut(text, maxLength) {
  const rest = text.length - maxLength;
  return rest > 0 ? `${text.slice(0, maxLength)}… [${rest} more characters]` : text;
}

class Description {
  /** @readonly */
  #guest;
  #room = MAX_LENGTH;
  /** Identities of the objects that this one stands in. @readonly */
  #ancestors = new Set();

  /** @param {Guest} guest */
  constructor(guest) {
    this.#guest = guest;
  }

  /** @param {Handle} value @returns {string} */
  of(value) {
    if (this.#room <= 0) return "…";
    const text = this.#leaf(value) ?? this.#branch(value);
    this.#room -= text.length + 8;
    return text;
  }

  /** @param {Handle} value */
  #leaf(value) {
    if (value.isString) return JSON.stringify(cut(value.toString(), Math.min(MAX_STRING_LENGTH, this.#room)));
    if (value.isSymbol) return this.#guest.read("symbolText", value);
    if (value.isBigInt) return `${value.toString()}n`;
    if (!value.isObject && !value.isFunction) return value.toString();
    if (value.isProxy) return "[Proxy]";
    if (value.isFunction) return `[Function: ${ownString(value, "name") || "anonymous"}]`;
    if (value.isError) return `[${describeGuestError(value, this.#guest)}]`;
    if (value.isPromise) return "[Promise: await it]";
    if (value.isDate) return this.#guest.read("dateText", value) ?? "Invalid Date";
    if (value.isRegExp) return this.#guest.read("regExpText", value) ?? "[RegExp]";
    if (this.#ancestors.has(value.identity)) return "[Circular]";
    if (this.#ancestors.size >= MAX_DEPTH) return `[${className(value) || "Object"}]`;
    return undefined;
  }

  /** @param {Handle} value */
  #branch(value) {
    const { identity } = value;
    this.#ancestors.add(identity);
    try {
      return this.#guest.vm.withScope(() => this.#members(value));
    } finally {
      this.#ancestors.delete(identity);
    }
  }

  /** @param {Handle} value */
  #members(value) {
    if (value.isArray) return layOut("[", this.#elements(value, lengthOf(value)), "]");
    if (value.isMap) return this.#map(value);
    if (value.isSet) {
      const size = this.#count("sizeOfSet", value);
      const values = this.#items("valuesOf", value).map((item) => this.of(item));
      return layOut(`Set(${size}) {`, withRest(values, size), "}");
    }
    const name = className(value);
    if (/^(Big)?(Uint|Int|Float)\d+(Clamped)?Array$/.test(name)) {
      const length = this.#count("lengthOfTypedArray", value);
      return layOut(`${name}(${length}) [`, this.#elements(value, length), "]");
    }
    return this.#object(value, name);
  }

  /** @param {Handle} value @param {number} length */
  #elements(value, length) {
    const indices = Array.from({ length: Math.min(length, MAX_ITEMS) }, (_, index) => `${index}`);
    return withRest(
      indices.map((index) => this.#property(value, index)),
      length,
    );
  }

  /** @param {Handle} value */
  #map(value) {
    const size = this.#count("sizeOfMap", value);
    const entries = this.#items("entriesOf", value).map(
      (entry) => `${this.of(entry.getProp("0"))} => ${this.of(entry.getProp("1"))}`,
    );
    return layOut(`Map(${size}) {`, withRest(entries, size), "}");
  }

  /** @param {Handle} value @param {string} name */
  #object(value, name) {
    const keys = this.#guest.call("keysOf", value);
    const count = lengthOf(keys);
    const members = itemsOf(keys, Math.min(count, MAX_ITEMS)).map((handle) => {
      const key = handle.toString();
      return `${/^[A-Za-z_$][\w$]*$/.test(key) ? key : JSON.stringify(key)}: ${this.#property(value, key)}`;
    });
    return layOut(name === "Object" || name === "" ? "{" : `${name} {`, withRest(members, count), "}");
  }

  /** @param {Handle} value @param {string} key */
  #property(value, key) {
    const descriptor = value.getOwnPropertyDescriptor(key);
    if (!descriptor) return "<empty>";
    return descriptor.value ? this.of(descriptor.value) : "[Getter]";
  }

  /** @param {"sizeOfMap" | "sizeOfSet" | "lengthOfTypedArray"} reader @param {Handle} value */
  #count(reader, value) {
    return this.#guest.call(reader, value).toNumber();
  }

  /** @param {"entriesOf" | "valuesOf"} reader @param {Handle} value */
  #items(reader, value) {
    const items = this.#guest.call(reader, value, this.#guest.vm.newNumber(MAX_ITEMS));
    return itemsOf(items, lengthOf(items));
  }
}

/** @param {string} open @param {readonly string[]} items @param {string} close */
function layOut(open, items, close) {
  if (items.length === 0) return open + close;
  const line = `${open} ${items.join(", ")} ${close}`;
  const isFlat = !line.includes("\n");
  if (isFlat && (line.length <= LINE_LENGTH || items.every(({ length }) => length <= SHORT_ITEM_LENGTH))) return line;
  return `${open}\n${items.map((item) => `  ${item.replaceAll("\n", "\n  ")}`).join(",\n")}\n${close}`;
}

/** @param {readonly string[]} items @param {number} count */
function withRest(items, count) {
  return count > items.length ? [...items, `… ${count - items.length} more`] : items;
}

/** @param {Handle} array @param {number} count */
function itemsOf(array, count) {
  return Array.from({ length: count }, (_, index) => array.getProp(`${index}`));
}

/** @param {Handle} array */
function lengthOf(array) {
  return array.getOwnPropertyDescriptor("length")?.value?.toNumber() ?? 0;
}

/** Names the class of an object by its prototype, without asking the object. @param {Handle} value */
function className(value) {
  const prototype = value.getPrototypeOf();
  if (!prototype.isObject || prototype.isProxy) return "";
  const constructor = prototype.getOwnPropertyDescriptor("constructor")?.value;
  return constructor?.isFunction && !constructor.isProxy ? (ownString(constructor, "name") ?? "") : "";
}

/** @param {Handle} value @param {string} key */
function ownString(value, key) {
  const own = value.getOwnPropertyDescriptor(key)?.value;
  return own?.isString ? cut(own.toString(), MAX_STRING_LENGTH) : undefined;
}

/** @param {Handle} value @param {string} key */
function inheritedString(value, key) {
  let owner = value;
  for (let steps = 0; steps < MAX_PROTOTYPES && owner.isObject && !owner.isProxy; steps++) {
    const text = ownString(owner, key);
    if (text !== undefined) return text;
    owner = owner.getPrototypeOf();
  }
  return undefined;
}
