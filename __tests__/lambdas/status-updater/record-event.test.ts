import fc from "fast-check";
import { DynamoJobRepository } from "../../../lambdas/jobs/dynamo-job-repository";
import { recordEvent } from "../../../lambdas/status-updater/record-event";
import type { MediaConvertEvent } from "../../../lambdas/transcoding/media-convert-event";
import { type JobTable, startJobTable, TABLE_NAME } from "../job-table";
import { RecordingNotifier } from "../jobs/recording-notifier";
import { sampleJob } from "../jobs/sample-job";
import { COMPLETE, eventOf } from "./events";

const NOW_MS = 1_700_000_000_999;

let table: JobTable;
let jobs: DynamoJobRepository;
let notifier: RecordingNotifier;

beforeAll(async () => {
  table = await startJobTable();
  jobs = new DynamoJobRepository(table.client, TABLE_NAME, () => NOW_MS);
});
afterAll(() => table.stop());
beforeEach(() => {
  notifier = new RecordingNotifier();
});

async function newJob() {
  const job = sampleJob();
  await jobs.create(job);
  return job;
}

function record(event: MediaConvertEvent) {
  return recordEvent(event, { jobs, notifier, now: () => NOW_MS });
}

function progress(jobId: string, timestamp: number, jobPercentComplete: number) {
  return eventOf(jobId, { status: "STATUS_UPDATE", timestamp, jobProgress: { jobPercentComplete } });
}

describe("an event", () => {
  it("moves its job on and is told to nobody while the job runs", async () => {
    const { jobId } = await newJob();
    expect(await record(progress(jobId, 5, 7))).toEqual({ outcome: "recorded", announced: false });
    expect(await table.rowOf(jobId)).toMatchObject({
      status: "PROCESSING",
      progressPercent: 7,
      lastEventAt: 5,
      mediaConvertJobId: "1771852248480-6dv3gn",
    });
    expect(notifier.published).toEqual([]);
  });

  it("that is older than the last changes nothing", async () => {
    const { jobId } = await newJob();
    await record(progress(jobId, 9, 50));
    expect(await record(progress(jobId, 8, 40))).toEqual({ outcome: "outdated", announced: false });
    expect(await table.rowOf(jobId)).toMatchObject({ progressPercent: 50, lastEventAt: 9 });
  });

  it("of the end is told to subscribers, once", async () => {
    const { jobId } = await newJob();
    expect(await record(eventOf(jobId, COMPLETE))).toMatchObject({
      outcome: "recorded",
      announced: true,
      ended: { jobId, status: "COMPLETE" },
    });
    expect(await record(eventOf(jobId, COMPLETE))).toEqual({ outcome: "outdated", announced: false });
    expect(notifier.published).toMatchObject([
      {
        jobId,
        status: "COMPLETE",
        durationMs: 15_940,
        outputs: { hlsManifest: "s3://processed/j/main.m3u8" },
      },
    ]);
    expect(await table.rowOf(jobId)).toMatchObject({ status: "COMPLETE", notifiedAt: 1_700_000_000 });
  });

  it("of the end is told by its next delivery if telling failed", async () => {
    const { jobId } = await newJob();
    notifier.failures = 1;
    await expect(record(eventOf(jobId, COMPLETE))).rejects.toThrow("SNS is out of order");
    expect(await record(eventOf(jobId, COMPLETE))).toEqual({ outcome: "outdated", announced: true });
    expect(notifier.published).toHaveLength(1);
  });

  it("of progress never tells an end that is about to be told", async () => {
    const { jobId } = await newJob();
    await jobs.change(jobId, { status: "COMPLETE" });
    await record(progress(jobId, 5, 90));
    expect(notifier.published).toEqual([]);
  });

  it.each([null, undefined, {}])("with user metadata %j is not ours", async (userMetadata) => {
    expect(await record(eventOf("unused", { status: "COMPLETE", userMetadata }))).toEqual({
      outcome: "not ours",
      announced: false,
    });
  });

  it("that means nothing to a row needs no row", async () => {
    expect(await record(eventOf("no-such-job", { status: "QUEUE_HOP" }))).toEqual({
      outcome: "nothing to record",
      announced: false,
    });
  });

  it("of a warning adds it to the row, once", async () => {
    const { jobId } = await newJob();
    const warn = (warningCode: string) =>
      record(eventOf(jobId, { status: "NEW_WARNING", warningCode, warningMessage: `w${warningCode}` }));
    expect(await warn("1")).toEqual({ outcome: "recorded", announced: false });
    await warn("2");
    await warn("1");
    expect(await table.rowOf(jobId)).toMatchObject({ status: "SUBMITTED", warnings: { 1: "w1", 2: "w2" } });
  });

  it("of the end tells the warnings too, with the texts that came before", async () => {
    const { jobId } = await newJob();
    await record(eventOf(jobId, { status: "NEW_WARNING", warningCode: "1", warningMessage: "one" }));
    await record(eventOf(jobId, { ...COMPLETE, warnings: [{ code: 1 }, { code: 2 }] }));
    expect(notifier.published).toMatchObject([
      { warnings: { 1: "one", 2: expect.stringContaining("warning_codes") } },
    ]);
  });

  it("of the input adds only what the probe didn't find", async () => {
    const job = sampleJob({ source: { videoCodec: "AVC", widthPx: 640 } });
    await jobs.create(job);
    const inputDetails = [{ video: [{ codec: "H_264", frameRate: 25 }] }];
    await record(eventOf(job.jobId, { status: "INPUT_INFORMATION", inputDetails }));
    expect((await table.rowOf(job.jobId))?.source).toEqual({
      videoCodec: "AVC",
      widthPx: 640,
      frameRate: 25,
      hasAudio: false,
    });
  });

  it.each(["STATUS_UPDATE", "NEW_WARNING", "COMPLETE", "ERROR", "CANCELED"])(
    "%s of a second MediaConvert job of the same upload changes nothing and is told to nobody",
    async (status) => {
      const job = sampleJob({ status: "PROCESSING", mediaConvertJobId: "the-first" });
      await jobs.create(job);
      expect(await record(eventOf(job.jobId, { status }))).toEqual({
        outcome: "another job",
        announced: false,
      });
      expect(await table.rowOf(job.jobId)).toEqual(JSON.parse(JSON.stringify(job)));
      expect(notifier.published).toEqual([]);
    },
  );

  it.each(["STATUS_UPDATE", "NEW_WARNING", "COMPLETE"])(
    "%s of a job of ours without a row fails, naming it",
    async (status) => {
      await expect(record(eventOf("no-such-job", { status }))).rejects.toMatchObject({
        code: "UNKNOWN_JOB",
        message: expect.stringContaining("no-such-job"),
      });
      expect(notifier.published).toEqual([]);
    },
  );
});

describe("events in any order, some of them twice", () => {
  const anyStatus = fc.constantFrom("PROGRESSING", "STATUS_UPDATE", "COMPLETE", "ERROR", "CANCELED");
  const anyDelivery = fc.array(fc.record({ status: anyStatus, timestamp: fc.integer({ min: 1, max: 6 }) }), {
    minLength: 1,
    maxLength: 8,
  });

  it("end in the first terminal status that came, which is told once", async () => {
    await fc.assert(
      fc.asyncProperty(anyDelivery, async (deliveries) => {
        const { jobId } = await newJob();
        notifier = new RecordingNotifier();
        for (const { status, timestamp } of deliveries) {
          const jobProgress = { jobPercentComplete: timestamp };
          await record(
            eventOf(jobId, { status, timestamp, ...(status === "STATUS_UPDATE" && { jobProgress }) }),
          );
        }

        const row = await table.rowOf(jobId);
        const ends = deliveries.map(({ status }) => status).filter(isEnd);
        expect(row?.status).toBe(ends[0] ?? "PROCESSING");
        expect(notifier.published.map(({ status }) => status)).toEqual(ends.slice(0, 1));
        expect(row?.notifiedAt).toBe(ends.length > 0 ? 1_700_000_000 : undefined);
        if (ends.length === 0) {
          expect(row?.lastEventAt).toBe(Math.max(...deliveries.map(({ timestamp }) => timestamp)));
        }
      }),
      { numRuns: 40 },
    );
  });

  function isEnd(status: string): status is "COMPLETE" | "ERROR" | "CANCELED" {
    return status !== "PROGRESSING" && status !== "STATUS_UPDATE";
  }

  it("at the same time tell the end that the row has", async () => {
    const { jobId } = await newJob();
    await Promise.all([
      record(progress(jobId, 1, 10)),
      record(eventOf(jobId, { status: "ERROR", errorCode: 1010, errorMessage: "no" })),
      record(progress(jobId, 2, 20)),
      record(eventOf(jobId, { status: "CANCELED" })),
    ]);
    const row = await table.rowOf(jobId);
    expect(["ERROR", "CANCELED"]).toContain(row?.status);
    expect(new Set(notifier.published.map(({ status }) => status))).toEqual(new Set([row?.status]));
  });
});
