/** @type {import("jest").Config} */
module.exports = {
  testEnvironment: "node",
  // Real Terraform mostly waits; the other worker does the rest meanwhile.
  maxWorkers: 2,
  testSequencer: "<rootDir>/__tests__/longest-first.js",
  // Real ffmpeg, child processes and syntheses, on machines with other work to do.
  testTimeout: 60_000,
  testMatch: ["<rootDir>/__tests__/**/*.test.ts"],
  modulePathIgnorePatterns: ["<rootDir>/cdktf.out", "<rootDir>/.local-pipeline"],
  transform: {
    "^.+\\.ts$": [
      "@swc/jest",
      { jsc: { parser: { syntax: "typescript" }, target: "es2022" }, module: { type: "commonjs" } },
    ],
  },
};
