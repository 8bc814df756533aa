/** One copy of this package, as other copies see it. */
export interface PackageCopy {
  readonly version: string;
  /** The URL of a file of it. */
  readonly url: string;
}

/** Is what all copies share, whatever their versions. */
interface Copies {
  /** Those whose agents have run. */
  readonly known: PackageCopy[];
  /** Called for each that is added. */
  readonly watchers: ((copy: PackageCopy) => void)[];
}

/** This copy. A test holds the version to package.json. */
export const OWN_COPY: PackageCopy = { version: "0.1.0", url: import.meta.url };

const KEY = Symbol.for("vitrine.copies");
let isAnnounced = false;

/** Has other copies know that agents of this one run. Does so once, and costs nothing after that. */
export function announceCopy(): void {
  if (isAnnounced) return;
  isAnnounced = true;
  addCopy(OWN_COPY);
}

/** Adds a copy, and tells who watches. `registry`: where copies find one another. */
export function addCopy(copy: PackageCopy, registry: object = globalThis): void {
  const { known, watchers } = copiesIn(registry);
  known.push(copy);
  for (const watch of watchers) watch(copy);
}

/** Tells of every copy, those that are known and those that come later. Call it once. */
export function watchCopies(watch: (copy: PackageCopy) => void, registry: object = globalThis): void {
  const { known, watchers } = copiesIn(registry);
  watchers.push(watch);
  known.forEach(watch);
}

function copiesIn(registry: object): Copies {
  const shared: unknown = Reflect.get(registry, KEY);
  if (isCopies(shared)) return shared;
  const own: Copies = { known: [], watchers: [] };
  Reflect.defineProperty(registry, KEY, { value: own, enumerable: false, configurable: true });
  return own;
}

function isCopies(value: unknown): value is Copies {
  if (typeof value !== "object" || value === null || !("known" in value) || !("watchers" in value)) return false;
  return Array.isArray(value.known) && Array.isArray(value.watchers);
}
