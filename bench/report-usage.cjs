// Loaded first by measured-process.ts: at exit, writes the process's usage to its file descriptor 3.
const { writeSync } = require("node:fs");

const began = performance.now();

process.on("exit", () => {
  const { userCPUTime, systemCPUTime, maxRSS } = process.resourceUsage();
  writeSync(
    3,
    JSON.stringify({
      runMs: performance.now() - began,
      cpuMs: (userCPUTime + systemCPUTime) / 1000,
      peakBytes: maxRSS * 1024,
    }),
  );
});
