import { configDefaults, defineConfig } from "vitest/config";

/** Where `.ci/run` wants the results as JSON, so that it can add up the tests. */
const reportPath = process.env.QUORATE_TEST_REPORT;

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
    // A test that needs longer (a whole exploration, an installation) says so itself.
    testTimeout: 30_000,
    reporters: reportPath ? ["default", ["json", { outputFile: reportPath }]] : ["default"],
  },
});
