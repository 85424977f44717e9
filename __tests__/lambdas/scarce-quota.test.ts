import { randomUUID } from "node:crypto";
import { jobIdOf } from "../../lambdas/jobs/job-id";
import { JobRepository } from "../../lambdas/jobs/job-repository";
import { delaySeconds } from "../../lambdas/jobs/retry-lane";
import { startJob } from "../../lambdas/media-processor/start-job";
import type { Upload } from "../../lambdas/media-processor/upload";
import { TransientError } from "../../lambdas/transcoding/transcoder";
import { RandomNumbers } from "../../simulate/random-numbers";
import { simulate } from "../../simulate/simulation";
import { startJobTable, TABLE_NAME, type TestTable } from "./job-table";
import { NO_BUDGET } from "./jobs/no-budget";
import { RecordingNotifier } from "./jobs/recording-notifier";
import {
  LIMITS,
  ObedientTranscoder,
  OneVersionStore,
  RecordingTrackLabels,
} from "./media-processor/stand-ins";

const UPLOADS = 120;
const CALLS_PER_MINUTE = 2;
const BEGAN_MS = 1_700_000_000_000;

let table: TestTable;
beforeAll(async () => {
  table = await startJobTable();
});
afterAll(() => table.stop());

it(`${UPLOADS} uploads at once all get their jobs from a MediaConvert that takes ${CALLS_PER_MINUTE} calls a minute`, async () => {
  let nowMs = BEGAN_MS;
  const now = () => nowMs;
  const jobs = new JobRepository(table.client, TABLE_NAME, now);
  const callsByMinute = new Map<number, number>();
  const limited =
    <Given extends unknown[], Answer>(call: (...given: Given) => Promise<Answer>) =>
    async (...given: Given): Promise<Answer> => {
      const minute = Math.floor(nowMs / 60_000);
      const calls = (callsByMinute.get(minute) ?? 0) + 1;
      callsByMinute.set(minute, calls);
      if (calls > CALLS_PER_MINUTE) throw new TransientError("TooManyRequestsException", { declined: true });
      return call(...given);
    };
  const accepted = new ObedientTranscoder();
  const transcoder = {
    probe: limited(accepted.probe.bind(accepted)),
    find: limited(accepted.find.bind(accepted)),
    submit: limited(accepted.submit.bind(accepted)),
  };
  const uploads = Array.from({ length: UPLOADS }, () => ({
    bucket: "raw",
    key: `${randomUUID()}.mp4`,
    versionId: "v1",
    sizeBytes: 1000,
  }));
  const messages: { readonly dueMs: number; readonly upload: Upload }[] = uploads.map((upload) => ({
    dueMs: nowMs,
    upload,
  }));
  // Any sequence between 0 and 1, the same in each run of the test.
  let turn = 0;
  const jitter = () => {
    turn += 1;
    return (turn * 0.618) % 1;
  };
  const dependencies = {
    jobs,
    notifier: new RecordingNotifier(),
    sources: new OneVersionStore(),
    labels: new RecordingTrackLabels(),
    transcoder,
    budget: NO_BUDGET,
    retryLane: {
      postpone: async ({ inputBucket, inputFile, inputVersionId, fileSize, attempts = 1 }, ticket) => {
        const object = { bucket: inputBucket, key: inputFile, versionId: inputVersionId };
        const dueMs = nowMs + delaySeconds(attempts, jitter()) * 1000;
        messages.push({ dueMs, upload: { ...object, sizeBytes: fileSize, ticket } });
      },
      postponeRecord: () => Promise.reject(new Error("Only handlers postpone records.")),
    },
    limits: LIMITS,
    now,
    remainingMs: () => 60_000,
  } satisfies Parameters<typeof startJob>[1];

  while (messages.length > 0) {
    messages.sort((one, other) => one.dueMs - other.dueMs);
    const [next] = messages.splice(0, 1);
    if (next === undefined) break;
    nowMs = Math.max(nowMs, next.dueMs);
    await startJob(next.upload, dependencies);
  }

  const rows = await Promise.all(uploads.map((upload) => jobs.find(jobIdOf(upload))));
  expect(rows.map((row) => row?.status)).toEqual(Array(UPLOADS).fill("PROCESSING"));
  expect(accepted.orders).toHaveLength(UPLOADS);
  expect(accepted.searched).toEqual([]);
  expect(dependencies.notifier.published).toEqual([]);

  const ratio = (nowMs - BEGAN_MS) / 1000 / predictedSeconds();
  expect({ ratio, isPredicted: ratio > 0.7 && ratio < 1.4 }).toEqual({ ratio, isPredicted: true });
});

/** How long `npm run simulate` takes this to be. */
function predictedSeconds(): number {
  const { submitSeconds } = simulate(
    {
      arrivals: new Float64Array(UPLOADS),
      videoSeconds: new Float64Array(UPLOADS),
      ...{ slots: UPLOADS, speed: 1, concurrency: UPLOADS, attemptSeconds: 0 },
      callsPerSecond: CALLS_PER_MINUTE / 60,
    },
    new RandomNumbers(1),
  );
  return Math.max(...submitSeconds);
}
