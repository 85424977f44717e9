import { readFileSync } from "node:fs";
import { join } from "node:path";
import { SNSClient } from "@aws-sdk/client-sns";
import Ajv from "ajv";
import fc from "fast-check";
import type { EndStatus, Job } from "../../../lambdas/jobs/job";
import { type EndedJob, noticeOf, SnsNotifier } from "../../../lambdas/jobs/job-notification";
import { jobErrorOf } from "../../../lambdas/jobs/media-convert-errors";
import { sampleJob } from "./sample-job";

const DOCS = join(__dirname, "..", "..", "..", "docs");
const schema = JSON.parse(readFileSync(join(DOCS, "notification.schema.json"), "utf8"));
const validate = new Ajv({ allErrors: true }).compile(schema);

/** The messages in docs/notifications.md. */
function documentedExamples() {
  const page = readFileSync(join(DOCS, "notifications.md"), "utf8");
  return [...page.matchAll(/```json\n(.+?)```/gs)].map(([, text = ""]) => JSON.parse(text));
}

/** The schema's complaints about a message, as it is sent. */
function faultsOf(message: unknown) {
  validate(JSON.parse(JSON.stringify(message)));
  return validate.errors ?? [];
}

function endedJob(status: EndStatus, overrides: Partial<Job> = {}): EndedJob {
  return { ...sampleJob(overrides), status };
}

describe("a job's notification", () => {
  it("has everything that is known about a completed job", () => {
    const outputs = { hlsManifest: "s3://processed/j/main.m3u8", thumbnailCount: 7 };
    const playback = { hlsManifest: "https://video.example.com/j/main.m3u8" };
    const renditions = [{ name: "540p", playlist: "s3://processed/j/main_540p.m3u8" }];
    const { body } = noticeOf(
      endedJob("COMPLETE", {
        jobId: "j",
        mediaConvertJobId: "1-a",
        inputVersionId: "v1",
        durationMs: 13_000,
        estimatedCostUsd: 0.0119,
        priceRegion: "us-east-1",
        warnings: { 250003: "Odd input." },
        renditions,
        outputs,
        playback,
      }),
    );

    expect(JSON.parse(JSON.stringify(body))).toEqual({
      schemaVersion: 1,
      jobId: "j",
      mediaConvertJobId: "1-a",
      status: "COMPLETE",
      summary: "s3://raw/holiday.mp4 is ready to play: s3://processed/j/main.m3u8. Odd input.",
      input: { bucket: "raw", key: "holiday.mp4", versionId: "v1", sizeBytes: 1000 },
      outputs,
      playback,
      renditions,
      durationMs: 13_000,
      estimatedCostUsd: 0.0119,
      priceRegion: "us-east-1",
      warnings: { 250003: "Odd input." },
    });
  });

  it("has a failed job's error and what to do about it", () => {
    const error = { code: "EMPTY_SOURCE", message: "It has 0 bytes.", advice: "Upload it again." };
    expect(noticeOf(endedJob("ERROR", { error })).body).toMatchObject({
      error,
      summary: "Transcoding s3://raw/holiday.mp4 failed. It has 0 bytes. Upload it again.",
    });
  });

  it("says that a canceled job can be run again", () => {
    expect(noticeOf(endedJob("CANCELED")).body.summary).toMatch(/canceled in MediaConvert.*run it again/);
  });

  it("says that a video is ready even without a manifest", () => {
    expect(noticeOf(endedJob("COMPLETE")).body.summary).toBe("s3://raw/holiday.mp4 is ready to play.");
  });

  it.each([
    ["COMPLETE", "Video ready: holiday.mp4"],
    ["ERROR", "Video failed: holiday.mp4"],
    ["CANCELED", "Video canceled: holiday.mp4"],
  ] as const)("says %s in the subject", (status, subject) => {
    expect(noticeOf(endedJob(status, { inputFile: "2026/holiday.mp4" })).subject).toBe(subject);
  });

  it("follows SNS's rules for subjects, whatever the file name", () => {
    fc.assert(
      fc.property(fc.string({ unit: "binary", maxLength: 300 }), (inputFile) => {
        expect(noticeOf(endedJob("ERROR", { inputFile })).subject).toMatch(/^[\x20-\x7e]{1,99}$/);
      }),
    );
  });
});

it("SnsNotifier without a completion topic can't publish a completed job, and says so", async () => {
  const notifier = new SnsNotifier(new SNSClient({}), {
    failure: "arn:aws:sns:eu-south-2:111122223333:failure",
  });
  await expect(notifier.publish(noticeOf(endedJob("COMPLETE")))).rejects.toThrow("publishes failures only");
});

describe("the notification schema", () => {
  const s3Url = fc.constantFrom("s3://processed/j/main.m3u8", "s3://b/夏 祭り.jpg");
  const optional = <Value>(arbitrary: fc.Arbitrary<Value>) => fc.option(arbitrary, { nil: undefined });
  const anyAudio = fc.record(
    {
      title: fc.string({ minLength: 1 }),
      language: fc.constant("ja"),
      channels: fc.constantFrom(2, 6),
      default: fc.boolean(),
      playlist: s3Url,
    },
    { requiredKeys: ["title", "channels", "default"] },
  );
  const anyEnd: fc.Arbitrary<EndedJob> = fc
    .record({
      status: fc.constantFrom("COMPLETE", "ERROR", "CANCELED"),
      inputFile: fc.string({ unit: "grapheme", minLength: 1 }),
      inputVersionId: optional(fc.string()),
      fileSize: fc.nat(),
      mediaConvertJobId: optional(fc.constant("1-a")),
      durationMs: optional(fc.nat()),
      estimatedCostUsd: optional(fc.double({ min: 0, max: 50, noNaN: true })),
      priceRegion: optional(fc.constant("us-east-1")),
      warnings: optional(fc.dictionary(fc.stringMatching(/^(\d{6}|[A-Z_]{3,20})$/), fc.string())),
      outputs: optional(
        fc.record(
          { hlsManifest: s3Url, dashManifest: s3Url, poster: s3Url, audio: fc.array(anyAudio) },
          { requiredKeys: [] },
        ),
      ),
      renditions: optional(
        fc.array(
          fc.record({ playlist: s3Url, widthPx: fc.integer({ min: 1 }) }, { requiredKeys: ["playlist"] }),
        ),
      ),
      error: fc.record({ code: fc.constant("MEDIACONVERT_1010"), message: fc.string({ minLength: 1 }) }),
    })
    .map(({ status, ...overrides }) => endedJob(status, overrides));

  it("accepts every notification", () => {
    fc.assert(fc.property(anyEnd, (job) => expect(faultsOf(noticeOf(job).body)).toEqual([])));
  });

  it("accepts the examples in its documentation, one per status", () => {
    const examples = documentedExamples();
    expect(examples.map(({ status }) => status)).toEqual(["COMPLETE", "ERROR", "CANCELED"]);
    expect(examples.flatMap(faultsOf)).toEqual([]);
  });

  it.each(documentedExamples())("has an example for $status in the code's own words", (example) => {
    const { status, input, schemaVersion: _version, summary: _summary, ...row } = example;
    const job = {
      ...row,
      inputBucket: input.bucket,
      inputFile: input.key,
      inputVersionId: input.versionId,
      fileSize: input.sizeBytes,
    };
    expect(JSON.parse(JSON.stringify(noticeOf(endedJob(status, job)).body))).toEqual(example);
  });

  it("has an example of MediaConvert's errors in the code's own words", () => {
    const { error } = documentedExamples().find(({ status }) => status === "ERROR");
    const [, said] = /MediaConvert says: "(.*)"\.$/.exec(error.message) ?? [];
    expect(error).toEqual(jobErrorOf(error.code.replace("MEDIACONVERT_", ""), said));
  });

  it.each([
    ["another version", { schemaVersion: 2 }],
    ["a status that isn't an end", { status: "PROCESSING" }],
    ["a failure without an error", { status: "ERROR" }],
    ["an unknown member", { extra: true }],
    ["a URL outside S3", { outputs: { hlsManifest: "https://example.com" } }],
  ])("rejects %s", (_what, change) => {
    expect(faultsOf({ ...noticeOf(endedJob("COMPLETE")).body, ...change })).not.toEqual([]);
  });
});
