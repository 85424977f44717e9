import { jobNewsOf } from "../../../lambdas/status-updater/job-news";
import { COMPLETE, eventOf } from "./events";

const AT = 1_771_852_259_573;
const ITS_JOB = { mediaConvertJobId: "1771852248480-6dv3gn", onlyIfItsJob: true };

describe("an event's meaning", () => {
  it("of PROGRESSING is that MediaConvert works on the job", () => {
    expect(jobNewsOf(eventOf("j", { status: "PROGRESSING" }))).toEqual({
      change: {
        ...ITS_JOB,
        status: "PROCESSING",
        newerThanLastEvent: AT,
        set: { lastEventAt: AT, progressPercent: undefined, phase: undefined },
      },
    });
  });

  it("of STATUS_UPDATE is how far it is", () => {
    const jobProgress = { jobPercentComplete: 7, currentPhase: "TRANSCODING" };
    expect(jobNewsOf(eventOf("j", { status: "STATUS_UPDATE", jobProgress })).change).toMatchObject({
      status: "PROCESSING",
      set: { progressPercent: 7, phase: "TRANSCODING" },
    });
  });

  it("of STATUS_UPDATE without a percentage leaves the one that is known", () => {
    const jobProgress = { jobPercentComplete: null, currentPhase: "UPLOADING" };
    const { change } = jobNewsOf(eventOf("j", { status: "STATUS_UPDATE", jobProgress }));
    expect(change?.set).toEqual({ lastEventAt: AT, progressPercent: undefined, phase: "UPLOADING" });
  });

  it("of INPUT_INFORMATION is what the source is made of, without the size, which rotation may change", () => {
    const inputDetails = [
      {
        audio: [{ channels: 2, codec: "AAC", language: "UND", sampleRate: 44_100, streamId: 2 }],
        video: [{ codec: "H_264", frameRate: 24, height: 1080, interlaceMode: "PROGRESSIVE", width: 1920 }],
      },
    ];
    expect(jobNewsOf(eventOf("j", { status: "INPUT_INFORMATION", inputDetails }))).toEqual({
      findings: {
        source: { videoCodec: "H_264", audioCodec: "AAC", frameRate: 24, hasAudio: true, interlaced: false },
      },
    });
  });

  it.each([
    [[{ video: [{ interlaceMode: "INTERLACED" }], audio: null }], { hasAudio: false, interlaced: true }],
    [[{}], { hasAudio: false }],
    [[], undefined],
    [undefined, undefined],
  ])("of INPUT_INFORMATION with inputs %j is %j", (inputDetails, source) => {
    expect(jobNewsOf(eventOf("j", { status: "INPUT_INFORMATION", inputDetails })).findings?.source).toEqual(
      source,
    );
  });

  it.each([
    [{ warningCode: "250003", warningMessage: "Odd input." }, { 250003: "Odd input." }],
    [{ warningCode: 0 }, { 0: expect.stringContaining("warning_codes.html") }],
    [{}, { UNKNOWN: expect.stringContaining("warning_codes.html") }],
  ])("of NEW_WARNING with %j is the warning", (detail, warnings) => {
    expect(jobNewsOf(eventOf("j", { status: "NEW_WARNING", ...detail }))).toEqual({ findings: { warnings } });
  });

  it("of COMPLETE is where everything is", () => {
    expect(jobNewsOf(eventOf("j", COMPLETE))).toEqual({
      change: {
        ...ITS_JOB,
        status: "COMPLETE",
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
              qvbrQuality: 7.17,
            },
            {
              name: "1080p",
              playlist: "s3://processed/j/main_1080p.m3u8",
              widthPx: 1920,
              heightPx: 1080,
              qvbrQuality: 7.38,
            },
          ],
        },
        clear: ["phase"],
      },
    });
  });

  it("of COMPLETE needs no details", () => {
    expect(jobNewsOf(eventOf("j", { status: "COMPLETE" }))).toMatchObject({
      change: { status: "COMPLETE", set: { outputs: {}, renditions: [] } },
    });
  });

  it("of COMPLETE includes the codes of its warnings", () => {
    const detail = { ...COMPLETE, warnings: [{ code: 250003, count: 1 }] };
    expect(jobNewsOf(eventOf("j", detail)).findings).toEqual({
      warnings: { 250003: expect.stringContaining("warning_codes.html") },
    });
  });

  it.each([
    { blackVideoDetected: 458, blackVideoSegments: [{ start: 0, end: 458 }] },
    {
      blackVideoSegments: [
        { start: 10, end: 110 },
        { start: 200, end: 558 },
      ],
    },
    { blackSegments: [{ start: 100, end: 558 }] },
  ])("of COMPLETE includes how long the picture is black, as in %j", (detail) => {
    const { change } = jobNewsOf(eventOf("j", { status: "COMPLETE", ...detail }));
    expect(change?.set?.blackVideoMs).toBe(458);
  });

  it("of COMPLETE leaves out what has no path or another name", () => {
    const outputGroupDetails = [
      { type: "HLS_GROUP", outputDetails: [{ durationInMs: 0 }, { outputFilePaths: ["s3://b/other.m3u8"] }] },
      { type: "FILE_GROUP", outputDetails: [{ outputFilePaths: ["s3://b/other.jpg"] }] },
    ];
    const { change } = jobNewsOf(eventOf("j", { status: "COMPLETE", outputGroupDetails }));
    expect(change?.set).toMatchObject({ outputs: {}, renditions: [{ playlist: "s3://b/other.m3u8" }] });
  });

  it.each([
    [1010, "The input can't be opened"],
    ["1517", "An output couldn't be written to S3"],
  ])("of ERROR %s is the code in words, MediaConvert's sentence and what to do", (errorCode, words) => {
    const detail = { status: "ERROR", errorCode, errorMessage: "Example error message" };
    expect(jobNewsOf(eventOf("j", detail)).change).toMatchObject({
      status: "ERROR",
      set: {
        error: {
          code: `MEDIACONVERT_${errorCode}`,
          message: `${words}. MediaConvert says: "Example error message".`,
          advice: expect.stringMatching(/\.$/),
        },
      },
    });
  });

  it.each([
    [undefined, "MEDIACONVERT_UNKNOWN"],
    [98765, "MEDIACONVERT_98765"],
  ])("of ERROR %s, which is in no list, says where to look", (errorCode, code) => {
    expect(jobNewsOf(eventOf("j", { status: "ERROR", errorCode })).change?.set?.error).toEqual({
      code,
      message: 'MediaConvert failed. MediaConvert says: "no reason given".',
      advice: expect.stringContaining("user guide"),
    });
  });

  it("of CANCELED is the end", () => {
    expect(jobNewsOf(eventOf("j", { status: "CANCELED" })).change).toMatchObject({ status: "CANCELED" });
  });

  it("is dated by the envelope if the detail has no time", () => {
    const { change } = jobNewsOf(eventOf("j", { status: "PROGRESSING", timestamp: undefined }));
    expect(change?.newerThanLastEvent).toBe(Date.UTC(2026, 1, 23, 13, 10, 59));
  });

  it.each(["SUBMITTED", "QUEUE_HOP", "SOMETHING_NEW"])("of %s is nothing", (status) => {
    expect(jobNewsOf(eventOf("j", { status }))).toEqual({});
  });
});
