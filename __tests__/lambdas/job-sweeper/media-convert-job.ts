import type { Job } from "@aws-sdk/client-mediaconvert";

const output = (NameModifier: string) => ({ NameModifier });

/** What GetJob gives of a job of this pipeline; the sizes and durations are those of the events' COMPLETE. */
export function mediaConvertJob(overrides: Partial<Job> = {}): Job {
  return {
    Id: "1771852248480-6dv3gn",
    Queue: "arn:aws:mediaconvert:eu-west-3:111122223333:queues/media",
    Role: "arn:aws:iam::111122223333:role/media",
    Status: "COMPLETE",
    UserMetadata: { jobId: "j" },
    JobPercentComplete: 100,
    Timing: { FinishTime: new Date("2026-02-23T13:10:59Z") },
    Settings: {
      OutputGroups: [
        {
          OutputGroupSettings: {
            Type: "HLS_GROUP_SETTINGS",
            HlsGroupSettings: {
              Destination: "s3://processed/j/main",
              SegmentLength: 6,
              MinSegmentLength: 0,
            },
          },
          Outputs: [output("_540p"), output("_1080p")],
        },
        {
          OutputGroupSettings: {
            Type: "FILE_GROUP_SETTINGS",
            FileGroupSettings: { Destination: "s3://thumbnails/j/main" },
          },
          Outputs: [
            {
              ...output("_thumb"),
              VideoDescription: {
                CodecSettings: {
                  Codec: "FRAME_CAPTURE",
                  FrameCaptureSettings: { FramerateNumerator: 1, FramerateDenominator: 2 },
                },
              },
            },
          ],
        },
      ],
    },
    OutputGroupDetails: [
      {
        OutputDetails: [
          { DurationInMs: 15_932, VideoDetails: { WidthInPx: 960, HeightInPx: 540 } },
          { DurationInMs: 15_940, VideoDetails: { WidthInPx: 1920, HeightInPx: 1080 } },
        ],
      },
      { OutputDetails: [{ DurationInMs: 16_000, VideoDetails: { WidthInPx: 640, HeightInPx: 360 } }] },
    ],
    ...overrides,
  };
}
