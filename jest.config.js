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
  // Real Terraform mostly waits; the other worker does the rest meanwhile.
  maxWorkers: 2,
  testSequencer: "<rootDir>/__tests__/system/longest-first.js",
  // Real ffmpeg, child processes and syntheses, on machines with other work to do.
  testTimeout: 60_000,
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
