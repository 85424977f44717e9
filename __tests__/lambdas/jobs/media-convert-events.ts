import type { z } from "zod";
import { type MediaConvertEvent, mediaConvertEvent } from "../../../lambdas/transcoding/media-convert-event";

/** MediaConvert's event about a job of ours, as EventBridge delivers it. */
export function eventOf(
  jobId: string,
  detail: Partial<z.input<typeof mediaConvertEvent>["detail"]>,
): MediaConvertEvent {
  return mediaConvertEvent.parse({
    version: "0",
    id: "6d0ea5c6-6d3d-4d0b-a1d3-7d7a8e6b0f11",
    "detail-type": "MediaConvert Job State Change",
    source: "aws.mediaconvert",
    account: "111122223333",
    time: "2026-02-23T13:10:59Z",
    region: "eu-west-3",
    resources: ["arn:aws:mediaconvert:eu-west-3:111122223333:jobs/1771852248480-6dv3gn"],
    detail: {
      timestamp: 1_771_852_259_573,
      accountId: "111122223333",
      queue: "arn:aws:mediaconvert:eu-west-3:111122223333:queues/media",
      jobId: "1771852248480-6dv3gn",
      userMetadata: { jobId },
      ...detail,
    },
  });
}

/** The detail of a real COMPLETE event with this pipeline's outputs. */
export const COMPLETE = {
  status: "COMPLETE",
  outputGroupDetails: [
    {
      type: "HLS_GROUP",
      playlistFilePaths: ["s3://processed/j/main.m3u8"],
      outputDetails: [
        {
          outputFilePaths: ["s3://processed/j/main_540p.m3u8"],
          durationInMs: 15_932,
          videoDetails: { widthInPx: 960, heightInPx: 540, averageBitrate: 1_811_821, qvbrAvgQuality: 7.17 },
        },
        {
          outputFilePaths: ["s3://processed/j/main_1080p.m3u8"],
          durationInMs: 15_940,
          videoDetails: { widthInPx: 1920, heightInPx: 1080, averageQVBRScore: 7.38 },
        },
      ],
    },
    {
      type: "FILE_GROUP",
      outputDetails: [
        {
          outputFilePaths: ["s3://thumbnails/j/main_thumb.0000007.jpg"],
          durationInMs: 16_000,
          videoDetails: { widthInPx: 640, heightInPx: 360 },
        },
      ],
    },
  ],
};
