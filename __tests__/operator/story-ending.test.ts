import type { Job } from "../../lambdas/jobs/job";
import type { LogLine } from "../../operator/function-logs";
import { endingOf } from "../../operator/story-ending";

const NOW = Date.parse("2026-11-25T12:00:00Z");
const WAITING = { jobId: "a", inputFile: "film.mp4", status: "SUBMITTED" } as Job;
const DISABLED = "The event source mapping of the processing queue is Disabled";

const postponed = (cause: unknown): LogLine => ({
  ...{ at: NOW, functionName: "media-processor-dev", level: "WARN" },
  ...{ message: "Job postponed", facts: { cause } },
});
const endingWith = (traces: Partial<Parameters<typeof endingOf>[1]>) =>
  endingOf("--env dev", {
    ...{ key: "film.mp4", job: undefined, versions: [{ LastModified: new Date(NOW - 3_600_000) }] },
    ...{ letters: [], lines: [], standstill: undefined, now: NOW, ...traces },
  });

describe("the end of an upload's story", () => {
  it.each([
    ["Too Many Requests", "The job waits: Too Many Requests. You don't need to do anything."],
    ["The budget is spent.", "The job waits: The budget is spent. You don't need to do anything."],
  ])("says in whole sentences why a job waits: %s", (cause, meaning) => {
    expect(endingWith({ job: WAITING, lines: [postponed(cause)] })).toMatchObject({
      ...{ conclusion: "waiting", meaning, next: null },
    });
  });

  it("doesn't tell anybody to wait while the mapping is disabled", () => {
    expect(
      endingWith({ job: WAITING, lines: [postponed("Too Many Requests")], standstill: DISABLED }),
    ).toEqual({
      ...{ conclusion: "stopped", next: "npm run media -- doctor --env dev", action: null },
      meaning: `The job waits: Too Many Requests. ${DISABLED}, so no message of the queue is processed.`,
    });
    expect(endingWith({ lines: [postponed("any")], standstill: DISABLED })).toMatchObject({
      ...{
        conclusion: "stopped",
        meaning: expect.stringMatching(/^media-processor has the upload .* is Disabled/),
      },
    });
  });

  it("says nothing of the mapping where nothing waits for it", () => {
    const complete = { ...WAITING, status: "COMPLETE" } as Job;
    expect(endingWith({ job: complete, standstill: DISABLED })).toMatchObject({ conclusion: "ready" });
    expect(endingWith({ versions: [], standstill: DISABLED })).toMatchObject({ conclusion: "no object" });
  });
});
