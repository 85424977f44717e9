import { checkCreateJobRequest } from "../../mediaconvert/create-job/check-request";
import { inputInformation, jobEvent, statusUpdate } from "../../mediaconvert/events";
import { newJob } from "../../mediaconvert/job";
import { hlsJob } from "../../testing/mediaconvert";
import { wireNames } from "../../testing/wire-names";

const QUEUE = "arn:aws:mediaconvert:eu-west-3:111122223333:queues/videos";
const job = () =>
  newJob("arn:aws:mediaconvert:eu-west-3:111122223333", QUEUE, checkCreateJobRequest(wireNames(hlsJob())));

it("wraps an event in EventBridge's envelope, with the time in both forms", () => {
  const made = job();
  const now = new Date("2026-02-23T13:10:59.573Z");
  expect(jobEvent(made, "ERROR", { errorCode: 1404, errorMessage: "gone" }, now)).toEqual({
    version: "0",
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    "detail-type": "MediaConvert Job State Change",
    source: "aws.mediaconvert",
    account: "111122223333",
    time: "2026-02-23T13:10:59Z",
    region: "eu-west-3",
    resources: [made.arn],
    detail: {
      timestamp: 1771852259573,
      accountId: "111122223333",
      queue: QUEUE,
      jobId: made.id,
      status: "ERROR",
      userMetadata: { jobId: "abc123" },
      errorCode: 1404,
      errorMessage: "gone",
    },
  });
});

it("reports the phases in a status update", () => {
  const made = job();
  made.progress = { phase: "TRANSCODING", phasePercent: 50.7, framesDecoded: 353 };
  expect(statusUpdate(made)).toEqual({
    framesDecoded: 353,
    jobProgress: {
      phaseProgress: {
        PROBING: { status: "COMPLETE", percentComplete: 100 },
        TRANSCODING: { status: "PROGRESSING", percentComplete: 50 },
        UPLOADING: { status: "PENDING", percentComplete: 0 },
      },
      jobPercentComplete: 50,
      currentPhase: "TRANSCODING",
      retryCount: 0,
    },
  });
});

it("names tracks in the input information as the service does", () => {
  const streams = [
    {
      index: 0,
      codec_type: "audio",
      codec_name: "aac",
      channels: 2,
      sample_rate: "44100",
      tags: { language: "jpn" },
    },
    {
      ...{
        index: 1,
        codec_type: "video",
        codec_name: "h264",
        codec_tag_string: "avc1",
        width: 1920,
        height: 1080,
      },
      pix_fmt: "yuv420p",
      field_order: "tt",
      avg_frame_rate: "25/1",
      r_frame_rate: "50/1",
    },
  ];
  expect(inputInformation({ streams, format: {} }, "s3://b/file.mp4")).toEqual({
    inputDetails: [
      {
        id: 1,
        uri: "s3://b/file.mp4",
        audio: [{ channels: 2, codec: "AAC", language: "JPN", sampleRate: 44_100, streamId: 1 }],
        video: [
          {
            ...{
              bitDepth: 8,
              codec: "H_264",
              colorFormat: "YUV_420",
              fourCC: "avc1",
              frameRate: 25,
              height: 1080,
            },
            interlaceMode: "INTERLACED",
            sar: "1:1",
            standard: "UNSPECIFIED",
            streamId: 2,
            width: 1920,
          },
        ],
      },
    ],
  });
});
