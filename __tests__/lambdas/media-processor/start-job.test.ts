import { randomUUID } from "node:crypto";
import { DeleteItemCommand } from "@aws-sdk/client-dynamodb";
import { jobIdOf } from "../../../lambdas/jobs/job-id";
import { JobRepository } from "../../../lambdas/jobs/job-repository";
import { MAX_ATTEMPTS, startJob } from "../../../lambdas/media-processor/start-job";
import { Refusal, TransientError } from "../../../lambdas/transcoding/transcoder";
import { startJobTable, TABLE_NAME, type TestTable } from "../job-table";
import { RecordingNotifier } from "../jobs/recording-notifier";
import { source } from "../transcoding/sources";
import { LIMITS, ObedientTranscoder, OneVersionStore, RecordingRetryLane } from "./stand-ins";

const NOW_MS = 1_700_000_000_999;

let table: TestTable;
let jobs: JobRepository;
let notifier: RecordingNotifier;
let transcoder: ObedientTranscoder;
let sources: OneVersionStore;
let retryLane: RecordingRetryLane;

beforeAll(async () => {
  table = await startJobTable();
  jobs = new JobRepository(table.client, TABLE_NAME, () => NOW_MS);
});
afterAll(() => table.stop());
beforeEach(() => {
  notifier = new RecordingNotifier();
  transcoder = new ObedientTranscoder();
  sources = new OneVersionStore();
  retryLane = new RecordingRetryLane();
});

function newUpload(sizeBytes = 1000) {
  return { bucket: "raw", key: `${randomUUID()} +%.mp4`, versionId: "v1", sizeBytes };
}

async function start(upload: ReturnType<typeof newUpload>) {
  const dependencies = { jobs, notifier, transcoder, sources, retryLane, limits: LIMITS, now: () => NOW_MS };
  const { outcome } = await startJob(upload, dependencies);
  return outcome;
}

function rowOf(upload: ReturnType<typeof newUpload>) {
  return table.rowOf(jobIdOf(upload));
}

const refused = async (): Promise<never> => {
  throw new Refusal("UNREADABLE_SOURCE", "It can't be read.");
};
const throttled = async (): Promise<never> => {
  throw new TransientError("Too many requests");
};

describe("an upload", () => {
  it("becomes a MediaConvert job", async () => {
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
      attempts: 1,
      mediaConvertJobId: "1-abc",
      source: source(),
      // 1 minute at (540p + 360p + 234p) x 1 + (1080p + 720p) x 2 = 7 normalized minutes.
      estimatedCostUsd: 0.0525,
    });
    const sourceUrl = `s3://raw/${upload.key}`;
    expect(transcoder.probed).toEqual([sourceUrl]);
    expect(transcoder.orders).toMatchObject([{ jobId: jobIdOf(upload), sourceUrl, source: source() }]);
    expect(transcoder.orders[0]?.renditions.map(({ name }) => name)).toEqual([
      "540p",
      "1080p",
      "720p",
      "360p",
      "234p",
    ]);
    expect(notifier.published).toEqual([]);
  });

  it("that is reported again isn't transcoded again", async () => {
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
      await jobs.finish(jobIdOf(upload), "1-abc", { status });
      expect(await start(upload)).toBe("known");
      expect(transcoder.orders).toHaveLength(1);
      expect(notifier.published).toEqual([]);
    },
  );

  it("is postponed while MediaConvert throttles, and then started", async () => {
    const upload = newUpload();
    transcoder.onSubmit = throttled;
    expect(await start(upload)).toBe("postponed");
    expect(await rowOf(upload)).toMatchObject({ status: "SUBMITTED", attempts: 1, source: source() });
    expect(await start(upload)).toBe("postponed");
    expect(retryLane.postponed).toMatchObject([
      { jobId: jobIdOf(upload), attempts: 1 },
      { jobId: jobIdOf(upload), attempts: 2 },
    ]);
    expect(notifier.published).toEqual([]);

    transcoder.onSubmit = async () => "2-def";
    expect(await start(upload)).toBe("started");
    expect(await rowOf(upload)).toMatchObject({
      status: "PROCESSING",
      attempts: 3,
      mediaConvertJobId: "2-def",
    });
    // Its facts were in the row.
    expect(transcoder.probed).toHaveLength(1);
  });

  it("fails, for another delivery, if the retry lane rejects it", async () => {
    const upload = newUpload();
    transcoder.onProbe = throttled;
    retryLane.postpone = async () => {
      throw new Error("SQS is out of order");
    };
    await expect(start(upload)).rejects.toThrow("SQS is out of order");
    expect(await rowOf(upload)).toMatchObject({ status: "SUBMITTED" });
  });

  it("fails, for an operator, on any other error", async () => {
    const upload = newUpload();
    transcoder.onSubmit = async () => {
      throw new Error("You are not authorized");
    };
    await expect(start(upload)).rejects.toThrow("You are not authorized");
    expect(await rowOf(upload)).toMatchObject({ status: "SUBMITTED" });
    expect(retryLane.postponed).toEqual([]);
  });

  it("isn't paid for twice if an attempt crashes right after CreateJob", async () => {
    const upload = newUpload();
    transcoder.onSubmit = async () => {
      throw new Error("The function was killed");
    };
    await expect(start(upload)).rejects.toThrow("killed");

    transcoder.onFind = async () => "1-abc";
    expect(await start(upload)).toBe("found");
    expect(transcoder.searched).toEqual([jobIdOf(upload)]);
    expect(transcoder.orders).toHaveLength(1);
    expect(await rowOf(upload)).toMatchObject({
      status: "PROCESSING",
      mediaConvertJobId: "1-abc",
      estimatedCostUsd: 0.0525,
    });
  });

  it("isn't searched for in MediaConvert on the first attempt", async () => {
    await start(newUpload());
    expect(transcoder.searched).toEqual([]);
  });

  it("is probed again if the row has only the facts of an event", async () => {
    const upload = newUpload();
    transcoder.onProbe = throttled;
    await start(upload);
    await jobs.addFindings(jobIdOf(upload), "1-abc", { source: { hasAudio: true } });
    transcoder.onProbe = async () => source();
    expect(await start(upload)).toBe("started");
    expect(await rowOf(upload)).toMatchObject({ source: source() });
  });

  it("isn't submitted if its job ended during the probe", async () => {
    const upload = newUpload();
    transcoder.onProbe = async () => {
      await jobs.finish(jobIdOf(upload), "1-abc", { status: "CANCELED" });
      return source();
    };
    expect(await start(upload)).toBe("known");
    expect(transcoder.orders).toEqual([]);
    expect(await rowOf(upload)).toMatchObject({ status: "CANCELED" });
  });

  it("of an older version doesn't change the newer one's job", async () => {
    const older = newUpload();
    const newer = { ...older, versionId: "v2" };
    sources.stored = { versionId: "v2", sizeBytes: 1000 };
    expect(await start(newer)).toBe("started");
    const before = await rowOf(newer);
    expect(await start(older)).toBe("refused");
    expect(await rowOf(newer)).toEqual(before);
    expect(transcoder.orders).toHaveLength(1);
  });

  it("is the newest in a bucket without versioning", async () => {
    sources.stored = { sizeBytes: 1000 };
    expect(await start(newUpload())).toBe("started");
  });

  it("keeps the status of an early event", async () => {
    const upload = newUpload();
    transcoder.onSubmit = async ({ jobId }) => {
      await jobs.finish(jobId, "1-abc", { status: "COMPLETE", progressPercent: 100 });
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
  it("because it is empty ends before MediaConvert is called", async () => {
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

  it.each([
    ["was deleted", undefined, "SOURCE_NOT_FOUND", /was deleted before .* Upload the video again/],
    [
      "was replaced",
      { versionId: "v2", sizeBytes: 5 },
      "SUPERSEDED",
      /^A newer version of .* has its own job/,
    ],
  ])("because it %s ends before MediaConvert is called", async (_, stored, code, message) => {
    const upload = newUpload();
    sources.stored = stored;
    expect(await start(upload)).toBe("refused");
    expect(await rowOf(upload)).toMatchObject({
      status: "ERROR",
      error: { code, message: expect.stringMatching(message) },
    });
    expect(notifier.published).toHaveLength(1);
    expect(transcoder.probed).toEqual([]);
  });

  it("because it is too long ends before CreateJob", async () => {
    const upload = newUpload();
    transcoder.onProbe = async () => source({ durationSeconds: 360 * 60 + 1 });
    expect(await start(upload)).toBe("refused");
    expect(await rowOf(upload)).toMatchObject({ status: "ERROR", error: { code: "SOURCE_TOO_LONG" } });
    expect(transcoder.orders).toEqual([]);
  });

  it("because MediaConvert never accepts it ends after a bounded number of attempts", async () => {
    const upload = newUpload();
    transcoder.onSubmit = throttled;
    for (let attempt = 1; attempt <= MAX_ATTEMPTS; attempt += 1) {
      expect(await start(upload)).toBe("postponed");
    }
    expect(await start(upload)).toBe("refused");
    expect(await rowOf(upload)).toMatchObject({ status: "ERROR", error: { code: "ATTEMPTS_EXHAUSTED" } });
    expect(transcoder.orders).toHaveLength(MAX_ATTEMPTS);
    expect(notifier.published).toHaveLength(1);
    expect(notifier.published[0]?.error?.message).toContain(
      JSON.stringify({ bucket: "raw", key: upload.key, force: true }),
    );
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

  it("because MediaConvert refuses the job ends with its message", async () => {
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

  it("is announced once, however often it is reported", async () => {
    const upload = newUpload(0);
    await start(upload);
    expect(await start(upload)).toBe("known");
    expect(notifier.published).toHaveLength(1);
  });

  it("is announced by the next attempt if publishing failed", async () => {
    const upload = newUpload(0);
    notifier.failures = 1;
    await expect(start(upload)).rejects.toThrow("SNS is out of order");
    await start(upload);
    expect(notifier.published).toHaveLength(1);
    expect(await rowOf(upload)).toMatchObject({ notifiedAt: 1_700_000_000 });
  });

  it("doesn't undo what a concurrent delivery did", async () => {
    const upload = newUpload();
    transcoder.onSubmit = async ({ jobId }) => {
      await jobs.recordStart(jobId, "1-abc");
      return refused();
    };
    expect(await start(upload)).toBe("known");
    expect(await rowOf(upload)).toMatchObject({ status: "PROCESSING" });
    expect(notifier.published).toEqual([]);
  });
});

describe("an upload whose row is deleted", () => {
  const forget = (upload: ReturnType<typeof newUpload>) =>
    table.client.send(
      new DeleteItemCommand({ TableName: TABLE_NAME, Key: { jobId: { S: jobIdOf(upload) } } }),
    );

  it("fails before a job is paid for", async () => {
    const upload = newUpload();
    transcoder.onProbe = async () => {
      await forget(upload);
      return source();
    };
    await expect(start(upload)).rejects.toThrow("no row for job");
    expect(transcoder.orders).toEqual([]);
  });

  it("fails after its job has started", async () => {
    const upload = newUpload();
    transcoder.onSubmit = async () => {
      await forget(upload);
      return "1-abc";
    };
    await expect(start(upload)).rejects.toThrow("no row for job");
  });

  it("fails when the video is refused", async () => {
    const upload = newUpload();
    transcoder.onProbe = async () => {
      await forget(upload);
      return refused();
    };
    await expect(start(upload)).rejects.toThrow("no row for job");
    expect(notifier.published).toEqual([]);
  });
});
