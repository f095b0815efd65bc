import { configDefaults, defineConfig } from "vitest/config";
import { CiReporter } from "./test/ci/reporter.ts";

/** Where `.ci/run` wants to read what came of the tests. */
const reportPath = process.env.QUORATE_TEST_REPORT;

/**
 * In CI a test that fails is tried once more, since the machine is shared; `.ci/run` lists what
 * passed then. Never where fast-check tells a seed: the second try would draw others, and hide a
 * counterexample that was found.
 */
const oneMoreTry = { count: 1, condition: /^(?![\s\S]*\{ seed: -?\d)/ };

export default defineConfig({
  test: {
    include: ["test/**/*.test.ts"],
    exclude: [...configDefaults.exclude, "test/fixtures/**"],
    typecheck: {
      enabled: true,
      include: ["test/**/*.test-d.ts"],
      tsconfig: "tsconfig.json",
      // `npm run types` reports these; here they would be blamed on the type tests.
      ignoreSourceErrors: true,
    },
    // Processes, not threads: the checker starts worker threads of its own and measures memory.
    pool: "forks",
    maxWorkers: "100%",
    // Several times what is needed on a quiet machine: CI has two cores that others use too. A test
    // that needs longer (a whole exploration, an installation) says so itself.
    testTimeout: 60_000,
    hookTimeout: 60_000,
    retry: reportPath ? oneMoreTry : 0,
    reporters: reportPath ? ["default", new CiReporter(reportPath)] : ["default"],
  },
});
