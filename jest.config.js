const { availableParallelism } = require("node:os");

// The AWS SDK warns in every process of the end of Node.js 20.
process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED = "true";

/** What both projects share. @type {import("jest").Config} */
const shared = {
  testEnvironment: "node",
  modulePathIgnorePatterns: ["<rootDir>/cdktf.out", "<rootDir>/.local-pipeline"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
};

/**
 * `unit` runs in the test's own process; `system` runs the real thing: Terraform, ffmpeg, a browser, processes.
 *
 * @type {import("jest").Config}
 */
module.exports = {
  // Real Terraform and the retries mostly wait, so one worker more than there are cores keeps the cores busy.
  maxWorkers: availableParallelism() + 1,
  testSequencer: "<rootDir>/__tests__/system/longest-first.js",
  // Far longer than any test takes, so that a loaded machine fails none.
  testTimeout: 240_000,
  projects: [
    {
      ...shared,
      displayName: "unit",
      testMatch: ["<rootDir>/**/__tests__/**/*.test.ts"],
      testPathIgnorePatterns: ["/node_modules/", "/__tests__/system/"],
    },
    {
      ...shared,
      displayName: "system",
      testMatch: ["<rootDir>/**/__tests__/system/**/*.test.ts"],
    },
  ],
};
