import { randomUUID } from "node:crypto";
import { DynamoJobRepository } from "../../../lambdas/jobs/dynamo-job-repository";
import { jobIdOf } from "../../../lambdas/jobs/job-id";
import { startJob } from "../../../lambdas/media-processor/start-job";
import { Refusal } from "../../../lambdas/transcoding/refusal";
import type { TranscodeOrder, Transcoder } from "../../../lambdas/transcoding/transcoder";
import { type JobTable, startJobTable, TABLE_NAME } from "../job-table";
import { RecordingNotifier } from "../jobs/recording-notifier";
import { source } from "../transcoding/sources";

const NOW_MS = 1_700_000_000_999;

/** Accepts everything, unless one of its steps is replaced. */
class ObedientTranscoder implements Transcoder {
  readonly probed: string[] = [];
  readonly orders: TranscodeOrder[] = [];
  onProbe = async () => source();
  onSubmit = async (_order: TranscodeOrder) => "1-abc";

  async probe(sourceUrl: string) {
    this.probed.push(sourceUrl);
    return this.onProbe();
  }

  async submit(order: TranscodeOrder) {
    this.orders.push(order);
    return this.onSubmit(order);
  }
}

let table: JobTable;
let jobs: DynamoJobRepository;
let notifier: RecordingNotifier;
let transcoder: ObedientTranscoder;

beforeAll(async () => {
  table = await startJobTable();
  jobs = new DynamoJobRepository(table.client, TABLE_NAME, () => NOW_MS);
});
afterAll(() => table.stop());
beforeEach(() => {
  notifier = new RecordingNotifier();
  transcoder = new ObedientTranscoder();
});

function newUpload(sizeBytes = 1000) {
  return { bucket: "raw", key: `${randomUUID()} +%.mp4`, versionId: "v1", sizeBytes };
}

function start(upload: ReturnType<typeof newUpload>) {
  return startJob(upload, { jobs, notifier, transcoder, now: () => NOW_MS });
}

function rowOf(upload: ReturnType<typeof newUpload>) {
  return table.rowOf(jobIdOf(upload));
}

const refused = async (): Promise<never> => {
  throw new Refusal("UNREADABLE_SOURCE", "It can't be read.");
};
const throttled = async (): Promise<never> => {
  throw new Error("Too many requests");
};

describe("an upload", () => {
  it("becomes a job that MediaConvert has", async () => {
    const upload = newUpload();
    expect(await start(upload)).toBe("started");
    expect(await rowOf(upload)).toEqual({
      jobId: jobIdOf(upload),
      status: "PROCESSING",
      createdAt: 1_700_000_000,
      updatedAt: 1_700_000_000,
      inputBucket: "raw",
      inputFile: upload.key,
      inputVersionId: "v1",
      fileSize: 1000,
      mediaConvertJobId: "1-abc",
      source: source(),
    });
    const sourceUrl = `s3://raw/${upload.key}`;
    expect(transcoder.probed).toEqual([sourceUrl]);
    expect(transcoder.orders).toEqual([{ jobId: jobIdOf(upload), sourceUrl, source: source() }]);
    expect(notifier.published).toEqual([]);
  });

  it("that is reported again is not transcoded again", async () => {
    const upload = newUpload();
    await start(upload);
    expect(await start(upload)).toBe("known");
    expect(transcoder.orders).toHaveLength(1);
    expect(transcoder.probed).toHaveLength(1);
  });

  it.each(["COMPLETE", "ERROR", "CANCELED"] as const)(
    "that is reported again after its job is %s is left alone",
    async (status) => {
      const upload = newUpload();
      await start(upload);
      await jobs.change(jobIdOf(upload), { status });
      expect(await start(upload)).toBe("known");
      expect(transcoder.orders).toHaveLength(1);
      expect(notifier.published).toEqual([]);
    },
  );

  it("whose first attempt failed for the moment goes on with the next", async () => {
    const upload = newUpload();
    transcoder.onSubmit = throttled;
    await expect(start(upload)).rejects.toThrow("Too many requests");
    expect(await rowOf(upload)).toMatchObject({ status: "SUBMITTED" });
    expect(notifier.published).toEqual([]);

    transcoder.onSubmit = async () => "2-def";
    expect(await start(upload)).toBe("started");
    expect(await rowOf(upload)).toMatchObject({ status: "PROCESSING", mediaConvertJobId: "2-def" });
  });

  it("keeps the status that an early event gave it", async () => {
    const upload = newUpload();
    transcoder.onSubmit = async ({ jobId }) => {
      await jobs.change(jobId, { status: "COMPLETE", set: { progressPercent: 100 } });
      return "1-abc";
    };
    expect(await start(upload)).toBe("started");
    expect(await rowOf(upload)).toMatchObject({
      status: "COMPLETE",
      mediaConvertJobId: "1-abc",
      source: source(),
    });
  });
});

describe("an upload that can't be transcoded", () => {
  it("because it is empty ends before MediaConvert is asked", async () => {
    const upload = newUpload(0);
    const error = {
      code: "EMPTY_SOURCE",
      message: `s3://raw/${upload.key} has 0 bytes. Upload the video again.`,
    };
    expect(await start(upload)).toBe("refused");
    expect(await rowOf(upload)).toMatchObject({ status: "ERROR", error, notifiedAt: 1_700_000_000 });
    expect(notifier.published).toMatchObject([{ jobId: jobIdOf(upload), status: "ERROR", error }]);
    expect(transcoder.probed).toEqual([]);
  });

  it("because it is unreadable ends without a job", async () => {
    const upload = newUpload();
    transcoder.onProbe = refused;
    const error = { code: "UNREADABLE_SOURCE", message: "It can't be read." };
    expect(await start(upload)).toBe("refused");
    expect(await rowOf(upload)).toMatchObject({ status: "ERROR", error });
    expect(notifier.published).toMatchObject([{ status: "ERROR", error }]);
    expect(transcoder.orders).toEqual([]);
  });

  it("because MediaConvert refuses the job ends with its sentence", async () => {
    const upload = newUpload();
    transcoder.onSubmit = async () => {
      throw new Refusal("JOB_REFUSED", "MediaConvert refused the job: no.");
    };
    expect(await start(upload)).toBe("refused");
    expect(await rowOf(upload)).toMatchObject({
      status: "ERROR",
      error: { code: "JOB_REFUSED", message: "MediaConvert refused the job: no." },
    });
  });

  it("is told once, however often it is reported", async () => {
    const upload = newUpload(0);
    await start(upload);
    expect(await start(upload)).toBe("known");
    expect(notifier.published).toHaveLength(1);
  });

  it("is told by the next attempt if telling failed", async () => {
    const upload = newUpload(0);
    notifier.failures = 1;
    await expect(start(upload)).rejects.toThrow("SNS is out of order");
    await start(upload);
    expect(notifier.published).toHaveLength(1);
    expect(await rowOf(upload)).toMatchObject({ notifiedAt: 1_700_000_000 });
  });

  it("doesn't undo what a faster delivery of the same upload did", async () => {
    const upload = newUpload();
    transcoder.onSubmit = async ({ jobId }) => {
      await jobs.change(jobId, { status: "PROCESSING", mediaConvertJobId: "1-abc" });
      return refused();
    };
    expect(await start(upload)).toBe("known");
    expect(await rowOf(upload)).toMatchObject({ status: "PROCESSING" });
    expect(notifier.published).toEqual([]);
  });
});
