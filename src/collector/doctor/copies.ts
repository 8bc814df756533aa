import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";

/** A copy of a package, in a folder of installed packages or in one of theirs. */
export interface PackageCopy {
  readonly name: string;
  readonly version: string;
  readonly path: string;
}

const NAMES = ["api", "sdk-trace", "sdk-trace-base", "sdk-trace-node"].map((name) => `@opentelemetry/${name}`);

/** Finds the copies of OpenTelemetry's API and SDK below a folder's node_modules. Errors: none; what cannot be read is not there. */
export function findCopies(folder: string): PackageCopy[] {
  const modules = join(folder, "node_modules");
  const here = NAMES.flatMap((name) => readCopy(name, join(modules, name)) ?? []);
  return [...here, ...packagesIn(modules).flatMap(findCopies)];
}

/** Says what is wrong with the copies that were found; undefined where nothing is. */
export function trouble(copies: readonly PackageCopy[]): string | undefined {
  const api = [...new Set(copies.filter(({ name }) => name === "@opentelemetry/api").map(({ version }) => version))];
  if (api.length === 0) return "@opentelemetry/api is not installed: npm install @opentelemetry/api@~1.9.1";
  if (api.length === 1) return undefined;
  return `${api.length} versions of @opentelemetry/api: what asks through a newer one does not see what was registered through an older one`;
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

function readCopy(name: string, path: string): PackageCopy | undefined {
  try {
    const { version }: { version: string } = JSON.parse(readFileSync(join(path, "package.json"), "utf8"));
    return { name, version, path };
  } catch {
    return undefined;
  }
}
