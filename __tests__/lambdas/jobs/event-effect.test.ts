import fc from "fast-check";
import { effectOf } from "../../../lambdas/jobs/event-effect";
import { mediaConvertEvent } from "../../../lambdas/transcoding/media-convert-event";
import { COMPLETE, eventOf } from "./media-convert-events";

const AT = 1_771_852_259_573;

const DEFAULTS = { time: 99, hlsManifest: "s3://processed/j/main.m3u8" };

const effect = (detail: Parameters<typeof eventOf>[1]) => effectOf(eventOf("j", detail), DEFAULTS);

describe("the effect of PROGRESSING and STATUS_UPDATE", () => {
  it.each([
    ["PROGRESSING", undefined, { progressPercent: undefined, phase: undefined }],
    [
      "STATUS_UPDATE",
      { jobPercentComplete: 7, currentPhase: "TRANSCODING" },
      { progressPercent: 7, phase: "TRANSCODING" },
    ],
    [
      "STATUS_UPDATE",
      { jobPercentComplete: null, currentPhase: "UPLOADING" },
      { progressPercent: undefined, phase: "UPLOADING" },
    ],
  ])("%s with %j is the progress that it reports", (status, jobProgress, progress) => {
    expect(effect({ status, jobProgress })).toMatchObject({ progress: { lastEventAt: AT, ...progress } });
  });

  it("has the envelope's time if the detail has none", () => {
    const { progress } = effect({ status: "PROGRESSING", timestamp: undefined });
    expect(progress?.lastEventAt).toBe(Date.UTC(2026, 1, 23, 13, 10, 59));
  });
});

describe("the effect of NEW_WARNING", () => {
  it.each([
    [{ warningCode: "250003", warningMessage: "Odd input." }, { 250003: "Odd input." }],
    [{ warningCode: 0 }, { 0: expect.stringContaining("warning_codes.html") }],
    [
      { warningCode: "230008", warningMessage: "Part of the video can't be decoded." },
      {
        230008: expect.stringMatching(/^Part of the video can't be decoded\. Check for gray .* upload it\.$/),
      },
    ],
    [{}, { UNKNOWN: expect.stringContaining("warning_codes.html") }],
    [{ warningCode: 1, warningMessage: "x".repeat(9000) }, { 1: `${"x".repeat(499)}…` }],
  ])("for %j is the warning", (detail, warnings) => {
    expect(effect({ status: "NEW_WARNING", ...detail })).toEqual({ warnings });
  });
});

describe("the effect of COMPLETE", () => {
  it("has playback URLs with a distribution, and none without", () => {
    const { end } = effectOf(eventOf("j", COMPLETE), { ...DEFAULTS, playbackDomain: "video.example.com" });
    expect(end?.playback).toEqual({
      hlsManifest: "https://video.example.com/j/main.m3u8",
      thumbnailPrefix: "https://video.example.com/j/main_thumb.",
      poster: "https://video.example.com/j/main_thumb.0000001.jpg",
    });
    expect(effect(COMPLETE).end?.playback).toBeUndefined();
  });

  it("names the storyboard that was written", () => {
    const pictures = { storyboard: "s3://processed/j/main_storyboard.vtt" };
    const { end } = effectOf(eventOf("j", COMPLETE), {
      ...DEFAULTS,
      pictures,
      playbackDomain: "example.com",
    });
    expect(end?.outputs?.storyboard).toBe(pictures.storyboard);
    expect(end?.playback?.storyboard).toBe("https://example.com/j/main_storyboard.vtt");
  });

  it("is the end with all outputs", () => {
    expect(effect(COMPLETE)).toEqual({
      warnings: {},
      end: {
        status: "COMPLETE",
        lastEventAt: AT,
        progressPercent: 100,
        durationMs: 15_940,
        outputs: {
          hlsManifest: "s3://processed/j/main.m3u8",
          thumbnailPrefix: "s3://thumbnails/j/main_thumb.",
          thumbnailCount: 8,
          thumbnailIntervalMs: 2000,
          poster: "s3://thumbnails/j/main_thumb.0000001.jpg",
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
    });
  });

  // COMPLETE has captures every 2 s of a video of 15.94 s.
  it.each([
    [[], 1],
    [[{ start: 0, end: 1000 }], 1],
    [[{ start: 1999, end: 2001 }], 0],
    [[{ start: 0, end: 2001 }], 2],
    [[{ start: 0, end: 2000 }], 1],
    [
      [
        { start: 0, end: 10 },
        { start: 1500, end: 5000 },
      ],
      3,
    ],
    [[{ start: 0, end: 15_940 }], 1],
  ])("with black video at %j has capture %d as its poster", (blackVideoSegments, index) => {
    const poster = `s3://thumbnails/j/main_thumb.000000${index}.jpg`;
    expect(effect({ ...COMPLETE, blackVideoSegments }).end?.outputs?.poster).toBe(poster);
    expect(effect({ ...COMPLETE, blackSegments: blackVideoSegments }).end?.outputs?.poster).toBe(poster);
  });

  it.each([
    [undefined, 20_000, 1],
    [20_000, undefined, 0],
    [undefined, undefined, 0],
  ])("with durations of %s and %s ms has a poster all the same", (ofCaptures, ofVideo, index) => {
    const outputGroupDetails = [
      { type: "HLS_GROUP", outputDetails: [{ durationInMs: ofVideo }] },
      {
        type: "FILE_GROUP",
        outputDetails: [{ outputFilePaths: ["s3://t/j/main_thumb.0000009.jpg"], durationInMs: ofCaptures }],
      },
    ];
    const { outputs } = effect({ status: "COMPLETE", outputGroupDetails }).end ?? {};
    expect(outputs?.poster).toBe(`s3://t/j/main_thumb.000000${index}.jpg`);
  });

  it("without details names the manifest", () => {
    expect(effect({ status: "COMPLETE" }).end).toMatchObject({
      outputs: { hlsManifest: DEFAULTS.hlsManifest },
      renditions: [],
    });
  });

  it("is the end whatever form its details have", () => {
    const oddities = fc.oneof(fc.constant(null), fc.anything());
    const details = fc.record(
      {
        timestamp: oddities,
        jobProgress: oddities,
        errorCode: oddities,
        errorMessage: oddities,
        warnings: oddities,
        blackVideoDetected: oddities,
        blackVideoSegments: oddities,
        outputGroupDetails: fc.oneof(
          oddities,
          fc.array(
            fc.record({
              type: fc.oneof(oddities, fc.constantFrom("HLS_GROUP", "FILE_GROUP")),
              playlistFilePaths: fc.oneof(oddities, fc.array(oddities)),
              outputDetails: fc.oneof(
                oddities,
                fc.array(
                  fc.record({
                    outputFilePaths: fc.oneof(oddities, fc.array(oddities)),
                    durationInMs: oddities,
                    videoDetails: fc.oneof(
                      oddities,
                      fc.record({ widthInPx: oddities, averageBitrate: oddities }),
                    ),
                  }),
                ),
              ),
            }),
          ),
        ),
      },
      { requiredKeys: [] },
    );
    fc.assert(
      fc.property(
        oddities,
        details,
        fc.constantFrom("COMPLETE", "ERROR", "CANCELED"),
        (time, odd, status) => {
          const detail = { ...odd, jobId: "1-a", status, userMetadata: { jobId: "j" } };
          const event = mediaConvertEvent.parse({ time, detail });
          expect(effectOf(event, DEFAULTS).end?.status).toBe(status);
        },
      ),
    );
  });

  it("includes its warnings, which it lists by code, with their meanings", () => {
    expect(effect({ ...COMPLETE, warnings: [{ code: 230006 }, { code: 7 }] }).warnings).toEqual({
      230006: expect.stringMatching(/^MediaConvert can't decode a portion of your input audio\. Check /),
      7: expect.stringContaining("warning_codes.html"),
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
  ])("includes the milliseconds of black video in %j", (detail) => {
    expect(effect({ status: "COMPLETE", ...detail }).end?.blackVideoMs).toBe(458);
  });

  it("omits outputs without a path and names that aren't ours", () => {
    const outputGroupDetails = [
      { type: "HLS_GROUP", outputDetails: [{ durationInMs: 0 }, { outputFilePaths: ["s3://b/other.m3u8"] }] },
      { type: "FILE_GROUP", outputDetails: [{ outputFilePaths: ["s3://b/other.jpg"] }] },
    ];
    const { end } = effect({ status: "COMPLETE", outputGroupDetails });
    expect(end).toMatchObject({ outputs: {}, renditions: [{ playlist: "s3://b/other.m3u8" }] });
  });
});

describe("the effect of ERROR", () => {
  it("cuts a long message, never within a character", () => {
    const { error } = effect({ status: "ERROR", errorMessage: `x${"🎬".repeat(200_000)}` }).end ?? {};
    expect(error?.message.length).toBeLessThan(2_100);
    expect(error?.message).toMatch(/^[^\uD800-\uDFFF]*$/u);
  });

  it.each([
    [1010, "The input can't be opened"],
    ["1517", "An output couldn't be written to S3"],
  ])("with code %s is its meaning, MediaConvert's message and advice", (errorCode, cause) => {
    const detail = { status: "ERROR", errorCode, errorMessage: "Example error message" };
    expect(effect(detail).end).toEqual({
      status: "ERROR",
      lastEventAt: AT,
      error: {
        code: `MEDIACONVERT_${errorCode}`,
        message: `${cause}. MediaConvert says: "Example error message".`,
        advice: expect.stringMatching(/\.$/),
      },
    });
  });

  it.each([
    [undefined, "MEDIACONVERT_UNKNOWN"],
    [98765, "MEDIACONVERT_98765"],
  ])("with the unlisted code %s says where to look it up", (errorCode, code) => {
    expect(effect({ status: "ERROR", errorCode }).end?.error).toEqual({
      code,
      message: 'MediaConvert failed. MediaConvert says: "no reason given".',
      advice: expect.stringContaining("user guide"),
    });
  });
});

it("the effect of CANCELED is the end", () => {
  expect(effect({ status: "CANCELED" })).toEqual({
    warnings: {},
    end: { status: "CANCELED", lastEventAt: AT },
  });
});

it.each(["SUBMITTED", "INPUT_INFORMATION", "QUEUE_HOP", "SOMETHING_NEW"])("%s has no effect", (status) => {
  expect(effect({ status })).toEqual({ warnings: {} });
});
