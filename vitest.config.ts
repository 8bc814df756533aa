import { tmpdir } from "node:os";
import { join } from "node:path";
import { configDefaults, defineConfig } from "vitest/config";

const PHOENIX_TESTS = "test/phoenix/**/*.test.ts";
const BACKEND_TESTS = "test/backends/**/*.test.ts";
const DOCKER_TESTS = "test/docker/live/**/*.test.ts";
const PHOENIX_BACKEND = "test/backends/phoenix-sqlite.test.ts";

export default defineConfig({
  // Not `resolve.conditions`: with that, "vitrine" silently becomes dist, another copy of every class.
  ssr: { resolve: { conditions: ["@vitrine/source"] } },
  test: {
    // For machines that are slow or busy; nothing waits for it.
    testTimeout: 60_000,
    // No span of a test waits in this folder for the next program.
    env: { VITRINE_SPOOL: join(tmpdir(), `vitrine-tests-${process.pid}`) },
    projects: [
      {
        extends: true,
        test: {
          name: "unit",
          include: ["test/**/*.test.ts"],
          exclude: [...configDefaults.exclude, PHOENIX_TESTS, BACKEND_TESTS, DOCKER_TESTS],
        },
      },
      {
        extends: true,
        // The runtime's tests once more, traced: the results must be the same.
        test: {
          name: "instrumented",
          include: ["test/{agents,contracts,examples,executors,memory,models,tools}/**/*.test.ts"],
          setupFiles: "test/support/instrumented.ts",
        },
      },
      {
        extends: true,
        test: {
          name: "phoenix",
          include: [PHOENIX_TESTS, PHOENIX_BACKEND],
          globalSetup: "test/phoenix/setup/global-setup.ts",
          // Phoenix stores 40 to 50 spans a second; the waits inside the tests have their own, shorter deadlines.
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        // The same contract at every other backend that can be started here.
        test: {
          name: "backends",
          include: [BACKEND_TESTS],
          exclude: [...configDefaults.exclude, PHOENIX_BACKEND],
          globalSetup: "test/backends/setup/global-setup.ts",
          testTimeout: 180_000,
          hookTimeout: 180_000,
        },
      },
      {
        extends: true,
        // What docker/ sets up, with each of its parts killed in turn.
        test: {
          name: "docker",
          include: [DOCKER_TESTS],
          globalSetup: "test/docker/live/setup/global-setup.ts",
          fileParallelism: false,
          testTimeout: 600_000,
          hookTimeout: 300_000,
        },
      },
    ],
  },
});
