import { readdirSync, readFileSync, realpathSync } from "node:fs";
import { dirname, join, resolve } from "node:path";

/** A copy of a package, in a folder of installed packages or in one of theirs. */
export interface PackageCopy {
  readonly name: string;
  readonly version: string;
  readonly path: string;
}

const NAMES = ["api", "sdk-trace", "sdk-trace-base", "sdk-trace-node"].map((name) => `@opentelemetry/${name}`);

/**
 * Finds the copies of OpenTelemetry's API and SDK that a program in a folder may load: below its node_modules, and below those of the folders
 * above it, where workspaces have theirs.
 *
 * Errors: none; what cannot be read is not there.
 */
export function findCopies(folder: string): PackageCopy[] {
  const seen = new Set<string>();
  return upwards(resolve(folder)).flatMap((place) => copiesBelow(place, seen));
}

/** Says what is wrong with the copies that were found; undefined where nothing is. */
export function trouble(copies: readonly PackageCopy[]): string | undefined {
  const api = [...new Set(copies.filter(({ name }) => name === "@opentelemetry/api").map(({ version }) => version))];
  if (api.length === 0) return "@opentelemetry/api is not installed: npm install @opentelemetry/api@~1.9.1";
  if (api.length === 1) return undefined;
  return `${api.length} versions of @opentelemetry/api: what asks through a newer one does not see what was registered through an older one`;
}

function upwards(folder: string): string[] {
  const above = dirname(folder);
  return above === folder ? [folder] : [folder, ...upwards(above)];
}

/** Links may lead to what was seen already, and in a circle. */
function copiesBelow(folder: string, seen: Set<string>): PackageCopy[] {
  const modules = realPath(join(folder, "node_modules"));
  if (modules === undefined || seen.has(modules)) return [];
  seen.add(modules);
  const here = NAMES.flatMap((name) => readCopy(name, join(modules, name), seen) ?? []);
  return [...here, ...packagesIn(modules).flatMap((path) => copiesBelow(path, seen))];
}

function packagesIn(modules: string): string[] {
  return entriesOf(modules).flatMap((name) => {
    const path = join(modules, name);
    return name.startsWith("@") ? entriesOf(path).map((inner) => join(path, inner)) : [path];
  });
}

function entriesOf(folder: string): string[] {
  try {
    return readdirSync(folder).filter((name) => !name.startsWith("."));
  } catch {
    return [];
  }
}

function realPath(path: string): string | undefined {
  try {
    return realpathSync(path);
  } catch {
    return undefined;
  }
}

function readCopy(name: string, link: string, seen: Set<string>): PackageCopy | undefined {
  const path = realPath(link);
  if (path === undefined || seen.has(path)) return undefined;
  seen.add(path);
  try {
    const { version }: { version: string } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
    return { name, version, path };
  } catch {
    return undefined;
  }
}
