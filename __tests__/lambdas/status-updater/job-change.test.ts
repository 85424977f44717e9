import { jobChangeOf } from "../../../lambdas/status-updater/job-change";
import { COMPLETE, eventOf } from "./events";

const AT = 1_771_852_259_573;
const MEDIA_CONVERT_JOB_ID = "1771852248480-6dv3gn";

describe("an event's meaning", () => {
  it("of PROGRESSING is that MediaConvert works on the job", () => {
    expect(jobChangeOf(eventOf("j", { status: "PROGRESSING" }))).toEqual({
      status: "PROCESSING",
      newerThanLastEvent: AT,
      mediaConvertJobId: MEDIA_CONVERT_JOB_ID,
      set: { lastEventAt: AT, progressPercent: undefined, phase: undefined },
    });
  });

  it("of STATUS_UPDATE is how far it is", () => {
    const jobProgress = { jobPercentComplete: 7, currentPhase: "TRANSCODING" };
    expect(jobChangeOf(eventOf("j", { status: "STATUS_UPDATE", jobProgress }))).toMatchObject({
      status: "PROCESSING",
      set: { progressPercent: 7, phase: "TRANSCODING" },
    });
  });

  it("of COMPLETE is where everything is", () => {
    expect(jobChangeOf(eventOf("j", COMPLETE))).toEqual({
      status: "COMPLETE",
      mediaConvertJobId: MEDIA_CONVERT_JOB_ID,
      set: {
        lastEventAt: AT,
        progressPercent: 100,
        durationMs: 15_940,
        outputs: {
          hlsManifest: "s3://processed/j/main.m3u8",
          thumbnailPrefix: "s3://thumbnails/j/main_thumb.",
          thumbnailCount: 8,
          poster: "s3://thumbnails/j/main_thumb.0000000.jpg",
        },
        renditions: [
          {
            name: "540p",
            playlist: "s3://processed/j/main_540p.m3u8",
            widthPx: 960,
            heightPx: 540,
            averageBitrateBps: 1_811_821,
          },
          { name: "1080p", playlist: "s3://processed/j/main_1080p.m3u8", widthPx: 1920, heightPx: 1080 },
        ],
      },
      clear: ["phase"],
    });
  });

  it("of COMPLETE needs no details", () => {
    expect(jobChangeOf(eventOf("j", { status: "COMPLETE" }))).toMatchObject({
      status: "COMPLETE",
      set: { outputs: {}, renditions: [] },
    });
  });

  it("of ERROR is MediaConvert's code and sentence", () => {
    const detail = { status: "ERROR", errorCode: 1040, errorMessage: "Example error message" };
    expect(jobChangeOf(eventOf("j", detail))).toMatchObject({
      status: "ERROR",
      set: { error: { code: "MEDIACONVERT_1040", message: "Example error message" } },
    });
  });

  it("of ERROR without a reason says so", () => {
    expect(jobChangeOf(eventOf("j", { status: "ERROR" }))?.set?.error).toEqual({
      code: "MEDIACONVERT_UNKNOWN",
      message: "MediaConvert gave no reason.",
    });
  });

  it("of CANCELED is the end", () => {
    expect(jobChangeOf(eventOf("j", { status: "CANCELED" }))).toMatchObject({ status: "CANCELED" });
  });

  it("is dated by the envelope if the detail has no time", () => {
    const change = jobChangeOf(eventOf("j", { status: "PROGRESSING", timestamp: undefined }));
    expect(change?.newerThanLastEvent).toBe(Date.UTC(2026, 1, 23, 13, 10, 59));
  });

  it.each(["INPUT_INFORMATION", "NEW_WARNING", "QUEUE_HOP", "SOMETHING_NEW"])(
    "of %s is nothing",
    (status) => {
      expect(jobChangeOf(eventOf("j", { status }))).toBeUndefined();
    },
  );
});
