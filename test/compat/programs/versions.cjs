const { readFileSync, existsSync } = require("node:fs");
const { createRequire } = require("node:module");
const path = require("node:path");

const API = "@opentelemetry/api";

/** Who brings the SDK, where it is not the app itself. */
const SDK_OF = /** @type {Readonly<Record<string, string>>} */ ({
  NodeSDK: "@opentelemetry/sdk-node",
  "register() of phoenix-otel": "@arizeai/phoenix-otel",
  "register() of vitrine": "vitrine/collector",
});

/**
 * Tells what runs in this process, found as the packages that use it find it.
 *
 * Errors: if Vitrine finds another copy of the API than the app does; then it would not see what the app registers.
 * @param {string} setUp
 * @param {2 | 3} sdk
 */
function versions(setUp, sdk) {
  const [ours, apps] = [resolveBy("vitrine/instrumentors", API), resolveBy(API)];
  if (ours !== apps) throw new Error(`Vitrine uses ${ours}, and the app ${apps}.`);
  const sdkName = sdk === 2 ? "@opentelemetry/sdk-trace-node" : "@opentelemetry/sdk-trace";
  const owner = SDK_OF[setUp];
  const sdkFile = owner ? resolveBy(owner, sdkName) : resolveBy(sdkName);
  return {
    node: process.versions.node,
    api: versionOf(ours),
    sdk: versionOf(sdkFile),
    openai: versionOf(resolveBy("openai")),
  };
}

/**
 * Finds a package's file; of several names, each as the package before it finds it.
 * @param {readonly string[]} names
 */
function resolveBy(...names) {
  return names.reduce((from, name) => createRequire(from).resolve(name), __filename);
}

/**
 * Reads the version of the package that a file belongs to.
 * @param {string} file
 * @returns {string}
 */
function versionOf(file) {
  const folder = path.dirname(file);
  const manifest = path.join(folder, "package.json");
  // Folders of builds have manifests too, which say the module system only.
  const { version } = existsSync(manifest) ? JSON.parse(readFileSync(manifest, "utf8")) : {};
  return version ?? versionOf(folder);
}

module.exports = { versions };
