import { randomUUID } from "node:crypto";
import { DeleteCommand } from "@aws-sdk/lib-dynamodb";
import { DynamoJobRepository } from "../../../lambdas/jobs/dynamo-job-repository";
import { jobIdOf } from "../../../lambdas/jobs/job-id";
import { MAX_ATTEMPTS, startJob } from "../../../lambdas/media-processor/start-job";
import { Refusal } from "../../../lambdas/transcoding/refusal";
import { TransientTrouble } from "../../../lambdas/transcoding/transient-trouble";
import { type JobTable, startJobTable, TABLE_NAME } from "../job-table";
import { RecordingNotifier } from "../jobs/recording-notifier";
import { source } from "../transcoding/sources";
import { LIMITS, ObedientTranscoder, OneVersionStore, RecordingRetryLane } from "./stand-ins";

const NOW_MS = 1_700_000_000_999;

let table: JobTable;
let jobs: DynamoJobRepository;
let notifier: RecordingNotifier;
let transcoder: ObedientTranscoder;
let sources: OneVersionStore;
let retryLane: RecordingRetryLane;

beforeAll(async () => {
  table = await startJobTable();
  jobs = new DynamoJobRepository(table.client, TABLE_NAME, () => NOW_MS);
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
  throw new TransientTrouble("Too many requests");
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

  it("goes into the retry lane while MediaConvert is busy, and on from there", async () => {
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

  it("fails for another delivery if the retry lane doesn't take it", async () => {
    const upload = newUpload();
    transcoder.onProbe = throttled;
    retryLane.postpone = async () => {
      throw new Error("SQS is out of order");
    };
    await expect(start(upload)).rejects.toThrow("SQS is out of order");
    expect(await rowOf(upload)).toMatchObject({ status: "SUBMITTED" });
  });

  it("fails for an operator if it is neither refused nor busy", async () => {
    const upload = newUpload();
    transcoder.onSubmit = async () => {
      throw new Error("You are not authorized");
    };
    await expect(start(upload)).rejects.toThrow("You are not authorized");
    expect(await rowOf(upload)).toMatchObject({ status: "SUBMITTED" });
    expect(retryLane.postponed).toEqual([]);
  });

  it("isn't paid again if an attempt ended right after MediaConvert took the job", async () => {
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

  it("doesn't cost a search in MediaConvert at its first attempt", async () => {
    await start(newUpload());
    expect(transcoder.searched).toEqual([]);
  });

  it("is probed again if the row has only what an event told", async () => {
    const upload = newUpload();
    transcoder.onProbe = throttled;
    await start(upload);
    await jobs.change(jobIdOf(upload), { set: { source: { widthPx: 64 } } });
    transcoder.onProbe = async () => source();
    expect(await start(upload)).toBe("started");
    expect(await rowOf(upload)).toMatchObject({ source: source() });
  });

  it("is left to what happened to it while its source was looked at", async () => {
    const upload = newUpload();
    transcoder.onProbe = async () => {
      await jobs.change(jobIdOf(upload), { status: "CANCELED" });
      return source();
    };
    expect(await start(upload)).toBe("known");
    expect(transcoder.orders).toEqual([]);
    expect(await rowOf(upload)).toMatchObject({ status: "CANCELED" });
  });

  it("of an older version changes nothing of the newer one's job", async () => {
    const older = newUpload();
    const newer = { ...older, versionId: "v2" };
    sources.stored = { versionId: "v2", sizeBytes: 1000 };
    expect(await start(newer)).toBe("started");
    const before = await rowOf(newer);
    expect(await start(older)).toBe("refused");
    expect(await rowOf(newer)).toEqual(before);
    expect(transcoder.orders).toHaveLength(1);
  });

  it("is taken as the newest in a bucket without versions", async () => {
    sources.stored = { sizeBytes: 1000 };
    expect(await start(newUpload())).toBe("started");
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

  it.each([
    ["was deleted", undefined, "SOURCE_NOT_FOUND", /was deleted before .* Upload the video again/],
    [
      "was replaced",
      { versionId: "v2", sizeBytes: 5 },
      "SUPERSEDED",
      /^A newer version of .* has a job of its own/,
    ],
  ])("because it %s ends before MediaConvert is asked", async (_, stored, code, message) => {
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

  it("because it is too long ends before it costs anything", async () => {
    const upload = newUpload();
    transcoder.onProbe = async () => source({ durationSeconds: 360 * 60 + 1 });
    expect(await start(upload)).toBe("refused");
    expect(await rowOf(upload)).toMatchObject({ status: "ERROR", error: { code: "SOURCE_TOO_LONG" } });
    expect(transcoder.orders).toEqual([]);
  });

  it("because MediaConvert never takes it ends after a bounded number of attempts", async () => {
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

describe("a row that is deleted while its video is worked on", () => {
  const forget = (upload: ReturnType<typeof newUpload>) =>
    table.client.send(new DeleteCommand({ TableName: TABLE_NAME, Key: { jobId: jobIdOf(upload) } }));

  it("is missed before a job is paid for", async () => {
    const upload = newUpload();
    transcoder.onProbe = async () => {
      await forget(upload);
      return source();
    };
    await expect(start(upload)).rejects.toMatchObject({ code: "UNKNOWN_JOB" });
    expect(transcoder.orders).toEqual([]);
  });

  it("is missed when the job has started", async () => {
    const upload = newUpload();
    transcoder.onSubmit = async () => {
      await forget(upload);
      return "1-abc";
    };
    await expect(start(upload)).rejects.toMatchObject({ code: "UNKNOWN_JOB" });
  });

  it("is missed when the video is refused", async () => {
    const upload = newUpload();
    transcoder.onProbe = async () => {
      await forget(upload);
      return refused();
    };
    await expect(start(upload)).rejects.toMatchObject({ code: "UNKNOWN_JOB" });
    expect(notifier.published).toEqual([]);
  });
});
