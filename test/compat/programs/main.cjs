const { runAgents } = require("./agents.cjs");
const { SET_UPS } = require("./set-ups.cjs");
const { versions } = require("./versions.cjs");

/**
 * Runs the agents in one set-up: the program's arguments are its name and the SDK's major version. Prints, as JSON, what ran.
 * @param {import("./agents.cjs").Packages & Pick<import("./set-ups.cjs").Parts, "instrumentors" | "load">} packages
 */
async function main({ vitrine, testing, instrumentors, load }) {
  const [, , name = "", sdkMajor] = process.argv;
  const sdk = sdkMajor === "2" ? 2 : 3;
  const setUp = SET_UPS[name];
  if (!setUp) throw new Error(`There is no set-up "${name}".`);
  const run = async () => runAgents({ vitrine, testing });
  await setUp({ load, instrumentors, run, sdk });
  process.stdout.write(JSON.stringify(versions(name, sdk)));
}

module.exports = { main };
