import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, PutCommand } from "@aws-sdk/lib-dynamodb";
import type { Job } from "../../../../lambdas/jobs/job";
import type { DevPipeline } from "../../local/dev-pipeline";

const HD = { widthPx: 1920, heightPx: 1080, frameRate: 29.97, videoCodec: "H.264", audioCodec: "AAC" };
const UHD = { ...HD, widthPx: 3840, heightPx: 2160, frameRate: 59.94, videoCodec: "HEVC" };
const UNBROKEN = `${"unbroken_name_of_a_camera_".repeat(6)}0001.mov`;
const ladder = (...heights: number[]) =>
  heights.map((heightPx) => ({
    name: `${heightPx}p`,
    playlist: `s3://processed/${heightPx}.m3u8`,
    widthPx: Math.round((heightPx * 16) / 9),
    heightPx,
  }));

/** One of each state that the table tells apart, with short and long names. */
const STATES: readonly Partial<Job>[] = [
  { inputFile: "queued.mp4", status: "SUBMITTED" },
  {
    inputFile: "2026年度 全社総会・新製品発表会 第一部(東京会場・手話通訳あり)最終版_修正済み_v3.mp4",
    status: "PROCESSING",
    phase: "TRANSCODING",
    progressPercent: 7,
    source: { ...UHD, durationSeconds: 5_432 },
    estimatedCostUsd: 12.3456,
  },
  {
    inputFile: "lectures/2026/autumn/introduction-to-linear-algebra.mp4",
    status: "PROCESSING",
    phase: "UPLOADING",
    progressPercent: 100,
    source: { ...HD, durationSeconds: 3_605 },
    estimatedCostUsd: 1.5,
  },
  { inputFile: UNBROKEN, status: "PROCESSING", phase: "PROBING", progressPercent: 0, run: 12 },
  {
    inputFile: "東京/花火.mov",
    status: "COMPLETE",
    source: { ...UHD, durationSeconds: 64 },
    durationMs: 64_000,
    renditions: ladder(2160, 1440, 1080, 720, 480, 360),
    estimatedCostUsd: 0.0423,
    run: 2,
  },
  {
    inputFile: "interview.mp4",
    status: "COMPLETE",
    source: { ...HD, durationSeconds: 600 },
    durationMs: 600_000,
    renditions: ladder(1080, 720, 360),
    estimatedCostUsd: 0.2,
  },
  {
    inputFile: "notes.mp4",
    status: "ERROR",
    error: {
      code: "MEDIACONVERT_1040",
      message: "The source isn't a video that MediaConvert can read.",
      advice: "Export the video again as MP4 with H.264, and upload it under the same name.",
    },
  },
  {
    inputFile: "no-picture.mp4",
    status: "ERROR",
    source: { durationSeconds: 12, audioCodec: "AAC" },
    error: { code: "SOURCE_WITHOUT_VIDEO", message: "The source has no picture." },
  },
  { inputFile: "canceled.mp4", status: "CANCELED", source: { ...HD, durationSeconds: 59 } },
  { inputFile: "العربية — فيلم.mp4", status: "COMPLETE", durationMs: 1_000, renditions: ladder(360) },
  { inputFile: "a.mp4", status: "COMPLETE", durationMs: 36_000_000, renditions: ladder(720, 360) },
];

export const jobIdOf = (index: number) => index.toString(16).padStart(64, "0");

/** Puts rows into the pipeline's job table, newer than the epoch seconds. @returns the id of each name's job */
export async function putJobRows(
  pipeline: DevPipeline,
  after: number,
): Promise<Readonly<Record<string, string>>> {
  const ids: Record<string, string> = {};
  for (const [index, state] of STATES.entries()) {
    const { jobId, inputFile } = await putJobRow(pipeline, {
      jobId: jobIdOf(index + 1),
      createdAt: after + index * 7_000,
      fileSize: 1_234_567 * (index + 1),
      ...state,
    });
    ids[inputFile] = jobId;
  }
  return ids;
}

/** Puts a row, or replaces it. */
export async function putJobRow({ endpointUrl }: DevPipeline, facts: Partial<Job>): Promise<Job> {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const dynamodb = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint: endpointUrl, region: "eu-south-2", credentials }),
  );
  const createdAt = facts.createdAt ?? Math.floor(Date.now() / 1000);
  const row: Job = {
    jobId: jobIdOf(0),
    status: "SUBMITTED",
    createdAt,
    updatedAt: createdAt,
    inputBucket: "raw-videos-dev-000000000000",
    inputFile: "film.mp4",
    fileSize: 1,
    ...facts,
  };
  await dynamodb.send(new PutCommand({ TableName: "media-jobs-dev", Item: { ...row, schemaVersion: 1 } }));
  return row;
}
