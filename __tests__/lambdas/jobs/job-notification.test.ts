import fc from "fast-check";
import { noticeOf } from "../../../lambdas/jobs/job-notification";
import { sampleJob } from "./sample-job";

describe("a job's notification", () => {
  it("tells subscribers all there is to know of a completed job", () => {
    const outputs = { hlsManifest: "s3://processed/j/main.m3u8", thumbnailCount: 7 };
    const { body } = noticeOf(
      sampleJob({
        jobId: "j",
        status: "COMPLETE",
        mediaConvertJobId: "1-a",
        inputVersionId: "v1",
        durationMs: 13_000,
        outputs,
      }),
    );

    expect(JSON.parse(JSON.stringify(body))).toEqual({
      schemaVersion: 1,
      jobId: "j",
      mediaConvertJobId: "1-a",
      status: "COMPLETE",
      input: { bucket: "raw", key: "holiday.mp4", versionId: "v1", sizeBytes: 1000 },
      outputs,
      durationMs: 13_000,
    });
  });

  it("gives the error of a failed job", () => {
    const error = { code: "EMPTY_SOURCE", message: "It has 0 bytes." };
    expect(noticeOf(sampleJob({ status: "ERROR", error })).body.error).toEqual(error);
  });

  it.each([
    ["COMPLETE", "Video ready: holiday.mp4"],
    ["ERROR", "Video failed: holiday.mp4"],
    ["CANCELED", "Video canceled: holiday.mp4"],
  ] as const)("says in the subject that the job is %s", (status, subject) => {
    expect(noticeOf(sampleJob({ status, inputFile: "2026/holiday.mp4" })).subject).toBe(subject);
  });

  it("keeps SNS's rules for subjects, whatever the file is called", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (inputFile) => {
        expect(noticeOf(sampleJob({ status: "ERROR", inputFile })).subject).toMatch(/^[\x20-\x7e]{1,99}$/);
      }),
    );
  });
});
