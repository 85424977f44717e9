/**
 * Calls a warm function with many events, and prints the medians of its own time and of the floor's in milliseconds. The SDK's
 * clients answer at once and do nothing: `node run.mjs bench/warm-handler.ts status-updater`, with the function's environment
 * variables.
 */
import { randomBytes } from "node:crypto";
import { SNSClient } from "@aws-sdk/client-sns";
import type { Context } from "aws-lambda";
import { countSubmission, logger, publishMetrics } from "../lambdas/observability";
import { medianOf } from "./table";

const WARMING = 200;
const EVENTS = 400;

const CONTEXT = { awsRequestId: "request", getRemainingTimeInMillis: () => 60_000 } as Context;
/** What a function reads of a large source. */
const MIDDLE = randomBytes(4 * 2 ** 20);
const ROW = {
  jobId: "a".repeat(64),
  status: "PROCESSING",
  createdAt: 1_700_000_000,
  updatedAt: 1_700_000_000,
  inputBucket: "raw",
  inputFile: "film.mp4",
  fileSize: 1000,
  ticket: 1,
  mediaConvertJobId: "1-abc",
};

/** By the name of the command. */
const ANSWERS: Readonly<Record<string, unknown>> = {
  PutCommand: {},
  UpdateCommand: { Attributes: ROW },
  GetObjectCommand: {
    VersionId: "v1",
    ContentRange: `bytes 0-${MIDDLE.length - 1}/${MIDDLE.length}`,
    Body: { transformToByteArray: async () => MIDDLE },
  },
  ListObjectsV2Command: {},
  ProbeCommand: {
    ProbeResults: [
      {
        Container: {
          Duration: 60,
          Tracks: [
            {
              Index: 1,
              TrackType: "video",
              Codec: "AVC",
              VideoProperties: { Width: 1920, Height: 1080, FrameRate: { Numerator: 25, Denominator: 1 } },
            },
            { Index: 2, TrackType: "audio", Codec: "AAC", AudioProperties: { Channels: 2 } },
          ],
        },
      },
    ],
  },
  CreateJobCommand: { Job: { Id: "1-abc" } },
};

const UPLOAD = {
  Records: [
    {
      eventSource: "aws:s3",
      eventName: "ObjectCreated:Put",
      s3: { bucket: { name: "raw" }, object: { key: "film.mp4", size: 1000, versionId: "v1" } },
    },
  ],
};
const PROGRESS = {
  "detail-type": "MediaConvert Job State Change",
  source: "aws.mediaconvert",
  time: "2026-02-23T13:10:59Z",
  region: "eu-west-3",
  detail: {
    timestamp: 1_771_852_259_573,
    jobId: "1-abc",
    userMetadata: { jobId: ROW.jobId },
    status: "STATUS_UPDATE",
    jobProgress: { jobPercentComplete: 50, currentPhase: "TRANSCODING" },
  },
};

/** What an invocation can't do without: a line of the log, and the metrics. */
async function floor(_event: unknown, { awsRequestId: requestId }: Context): Promise<void> {
  const log = logger.createChild({ persistentKeys: { requestId } });
  countSubmission({});
  log.info("Event handled");
  publishMetrics();
}

async function measure(name: string | undefined): Promise<number[]> {
  const isProcessor = name === "media-processor";
  const { handler } = isProcessor
    ? (require("../lambdas/media-processor/handler") as typeof import("../lambdas/media-processor/handler"))
    : (require("../lambdas/status-updater/handler") as typeof import("../lambdas/status-updater/handler"));
  const calls = new Set<string>();
  // All clients inherit it.
  Object.getPrototypeOf(SNSClient.prototype).send = async (command: object) => {
    const answer = ANSWERS[command.constructor.name];
    if (answer === undefined) throw new Error(`No answer for ${command.constructor.name}`);
    calls.add(command.constructor.name);
    return answer;
  };
  const contenders = [handler, floor].map((handle) => ({ handle, times: [] as number[] }));
  for (let count = 0; count < WARMING + EVENTS; count += 1) {
    for (const { handle, times } of contenders) {
      const began = performance.now();
      await handle(isProcessor ? UPLOAD : PROGRESS, CONTEXT);
      times.push(performance.now() - began);
    }
  }
  const last = isProcessor ? "CreateJobCommand" : "UpdateCommand";
  if (!calls.has(last)) throw new Error(`${name} didn't come to its ${last}.`);
  return contenders.map(({ times }) => medianOf(times.slice(WARMING)));
}

measure(process.argv[2]).then(
  (medians) => process.stderr.write(`\n${JSON.stringify(medians)}\n`),
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
