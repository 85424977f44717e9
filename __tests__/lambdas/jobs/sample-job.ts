import { randomUUID } from "node:crypto";
import type { Job } from "../../../lambdas/jobs/job";

/** A new job with an id of its own. */
export function sampleJob(overrides: Partial<Job> = {}): Job {
  return {
    jobId: randomUUID(),
    status: "SUBMITTED",
    createdAt: 1_700_000_000,
    updatedAt: 1_700_000_000,
    inputBucket: "raw",
    inputFile: "holiday.mp4",
    fileSize: 1000,
    ticket: 1,
    sweep: "UNFINISHED",
    lookedAt: 1_700_000_000,
    ...overrides,
  };
}
