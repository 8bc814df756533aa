/** Attributes as a tree: `a.b.0.c` is `c` in `0` in `b` in `a`. */
export interface AttributeTree {
  readonly [key: string]: unknown;
}

/**
 * Makes a tree of attributes that are flat, as OpenTelemetry has them, or nested already, as Phoenix gives them.
 *
 * A key below one that holds a value itself is left out.
 */
export function attributeTree(attributes: AttributeTree): AttributeTree {
  const tree = emptyTree();
  for (const [key, value] of Object.entries(attributes)) put(tree, key.split("."), value);
  return tree;
}

/** Finds what stands at a path, e.g. `llm.tools`; undefined if nothing does. */
export function valueAt(tree: AttributeTree, path: string): unknown {
  let value: unknown = tree;
  for (const key of path.split(".")) value = isTree(value) ? value[key] : undefined;
  return value;
}

/** Finds a text at a path; undefined if none is there. */
export function textAt(tree: AttributeTree, path: string): string | undefined {
  const value = valueAt(tree, path);
  return typeof value === "string" ? value : undefined;
}

/** Finds a number at a path; undefined if none is there. */
export function numberAt(tree: AttributeTree, path: string): number | undefined {
  const value = valueAt(tree, path);
  return typeof value === "number" ? value : undefined;
}

/** Finds data at a path: itself, or as the JSON text that attributes hold it as. Undefined if there is none, or no JSON. */
export function jsonAt(tree: AttributeTree, path: string): unknown {
  const value = valueAt(tree, path);
  return typeof value === "string" ? parseJson(value) : value;
}

/** Finds the branches of a list at a path, by their index, in order. */
export function itemsAt(tree: AttributeTree, path: string): ReadonlyMap<number, AttributeTree> {
  const list = valueAt(tree, path);
  const entries = typeof list === "object" && list !== null ? Object.entries(list) : [];
  const items = entries.flatMap(([key, item]): [number, AttributeTree][] =>
    /^\d+$/.test(key) && isTree(item) ? [[Number(key), item]] : [],
  );
  return new Map(items.toSorted(([left], [right]) => left - right));
}

/** Says whether a value is an object with named parts. */
export function isTree(value: unknown): value is AttributeTree {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Gives undefined for what is no JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

interface Growing {
  [key: string]: unknown;
}

/** Without a prototype: a key may be named `__proto__`. */
function emptyTree(): Growing {
  return Object.create(null);
}

function put(tree: Growing, [key = "", ...below]: readonly string[], value: unknown): void {
  if (below.length === 0) tree[key] = value;
  else {
    const branch = (tree[key] ??= emptyTree());
    if (isGrowing(branch)) put(branch, below, value);
  }
}

function isGrowing(value: unknown): value is Growing {
  return isTree(value);
}
