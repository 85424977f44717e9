import { readFileSync } from "node:fs";
import { join } from "node:path";
import Ajv from "ajv";
import fc from "fast-check";
import type { Job } from "../../../lambdas/jobs/job";
import { type EndedJob, noticeOf } from "../../../lambdas/jobs/job-notification";
import type { EndStatus } from "../../../lambdas/jobs/job-state";
import { sampleJob } from "./sample-job";

const DOCS = join(__dirname, "..", "..", "..", "docs");
const schema = JSON.parse(readFileSync(join(DOCS, "notification.schema.json"), "utf8"));
const validate = new Ajv({ allErrors: true }).compile(schema);

/** The faults of a message that went over the wire. */
function faultsOf(message: unknown) {
  validate(JSON.parse(JSON.stringify(message)));
  return validate.errors ?? [];
}

function endedJob(status: EndStatus, overrides: Partial<Job> = {}): EndedJob {
  return { ...sampleJob(overrides), status };
}

describe("a job's notification", () => {
  it("tells subscribers all there is to know of a completed job", () => {
    const outputs = { hlsManifest: "s3://processed/j/main.m3u8", thumbnailCount: 7 };
    const renditions = [{ name: "540p", playlist: "s3://processed/j/main_540p.m3u8" }];
    const { body } = noticeOf(
      endedJob("COMPLETE", {
        jobId: "j",
        mediaConvertJobId: "1-a",
        inputVersionId: "v1",
        durationMs: 13_000,
        estimatedCostUsd: 0.0119,
        warnings: { 250003: "Odd input." },
        renditions,
        outputs,
      }),
    );

    expect(JSON.parse(JSON.stringify(body))).toEqual({
      schemaVersion: 1,
      jobId: "j",
      mediaConvertJobId: "1-a",
      status: "COMPLETE",
      summary: "s3://raw/holiday.mp4 is ready to be played: s3://processed/j/main.m3u8.",
      input: { bucket: "raw", key: "holiday.mp4", versionId: "v1", sizeBytes: 1000 },
      outputs,
      renditions,
      durationMs: 13_000,
      estimatedCostUsd: 0.0119,
      warnings: { 250003: "Odd input." },
    });
  });

  it("gives the error of a failed job, and what to do about it", () => {
    const error = { code: "EMPTY_SOURCE", message: "It has 0 bytes.", advice: "Upload it again." };
    expect(noticeOf(endedJob("ERROR", { error })).body).toMatchObject({
      error,
      summary: "s3://raw/holiday.mp4 failed. It has 0 bytes. Upload it again.",
    });
  });

  it("says of a canceled job that it can be run again", () => {
    expect(noticeOf(endedJob("CANCELED")).body.summary).toMatch(/canceled in MediaConvert.*run it again/);
  });

  it("says that a video is ready even if nobody knows where", () => {
    expect(noticeOf(endedJob("COMPLETE")).body.summary).toBe("s3://raw/holiday.mp4 is ready to be played.");
  });

  it.each([
    ["COMPLETE", "Video ready: holiday.mp4"],
    ["ERROR", "Video failed: holiday.mp4"],
    ["CANCELED", "Video canceled: holiday.mp4"],
  ] as const)("says in the subject that the job is %s", (status, subject) => {
    expect(noticeOf(endedJob(status, { inputFile: "2026/holiday.mp4" })).subject).toBe(subject);
  });

  it("keeps SNS's rules for subjects, whatever the file is called", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (inputFile) => {
        expect(noticeOf(endedJob("ERROR", { inputFile })).subject).toMatch(/^[\x20-\x7e]{1,99}$/);
      }),
    );
  });
});

describe("the notification schema", () => {
  const s3Url = fc.constantFrom("s3://processed/j/main.m3u8", "s3://b/夏 祭り.jpg");
  const optional = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
  const anyEnd: fc.Arbitrary<EndedJob> = fc
    .record({
      status: fc.constantFrom("COMPLETE", "ERROR", "CANCELED"),
      inputFile: fc.string({ unit: "grapheme", minLength: 1 }),
      inputVersionId: optional(fc.string()),
      fileSize: fc.nat(),
      mediaConvertJobId: optional(fc.constant("1-a")),
      durationMs: optional(fc.nat()),
      estimatedCostUsd: optional(fc.double({ min: 0, max: 50, noNaN: true })),
      warnings: optional(fc.dictionary(fc.stringMatching(/^\d{6}$/), fc.string())),
      outputs: optional(fc.record({ hlsManifest: s3Url, poster: s3Url }, { requiredKeys: [] })),
      renditions: optional(
        fc.array(
          fc.record({ playlist: s3Url, widthPx: fc.integer({ min: 1 }) }, { requiredKeys: ["playlist"] }),
        ),
      ),
      error: fc.record({ code: fc.constant("MEDIACONVERT_1010"), message: fc.string({ minLength: 1 }) }),
    })
    .map(({ status, ...overrides }) => endedJob(status, overrides));

  it("describes whatever is sent", () => {
    fc.assert(fc.property(anyEnd, (job) => expect(faultsOf(noticeOf(job).body)).toEqual([])));
  });

  it("describes every example of its page, one per status", () => {
    const page = readFileSync(join(DOCS, "notifications.md"), "utf8");
    const examples = [...page.matchAll(/```json\n(.+?)```/gs)].map(([, text = ""]) => JSON.parse(text));
    expect(examples.map(({ status }) => status)).toEqual(["COMPLETE", "ERROR", "CANCELED"]);
    expect(examples.flatMap(faultsOf)).toEqual([]);
  });

  it.each([
    ["another version", { schemaVersion: 2 }],
    ["a status that isn't an end", { status: "PROCESSING" }],
    ["a failure without an error", { status: "ERROR" }],
    ["a field that it doesn't know", { extra: true }],
    ["a URL that isn't S3's", { outputs: { hlsManifest: "https://example.com" } }],
  ])("refuses %s", (_what, change) => {
    expect(faultsOf({ ...noticeOf(endedJob("COMPLETE")).body, ...change })).not.toEqual([]);
  });
});
