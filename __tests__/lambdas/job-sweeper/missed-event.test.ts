import type { Job } from "@aws-sdk/client-mediaconvert";
import { missedEventOf } from "../../../lambdas/job-sweeper/missed-event";
import type { Rendition } from "../../../lambdas/jobs/job";
import { jobNewsOf } from "../../../lambdas/status-updater/job-news";
import { COMPLETE, eventOf } from "../status-updater/events";
import { mediaConvertJob } from "./media-convert-job";

const NOW = 1_771_852_300_000;

const newsOf = (overrides: Partial<Job> = {}) => jobNewsOf(missedEventOf(mediaConvertJob(overrides), NOW));

describe("what GetJob says", () => {
  it("of a completed job is what its event says, but for the measured rates", () => {
    const timestamp = Date.UTC(2026, 1, 23, 13, 10, 59);
    const { change } = jobNewsOf(eventOf("j", { ...COMPLETE, timestamp }));
    const unmeasured = ({ averageBitrateBps, qvbrQuality, ...rest }: Rendition) => rest;
    expect(newsOf().change).toEqual({
      ...change,
      set: { ...change?.set, renditions: change?.set?.renditions?.map(unmeasured) },
    });
  });

  it("of a completed job includes its warnings", () => {
    expect(Object.keys(newsOf({ Warnings: [{ Code: 250003, Count: 2 }] }).findings?.warnings ?? {})).toEqual([
      "250003",
    ]);
  });

  it("of a failed job is its error", () => {
    expect(newsOf({ Status: "ERROR", ErrorCode: 1010, ErrorMessage: "no" }).change).toMatchObject({
      status: "ERROR",
      set: { error: { code: "MEDIACONVERT_1010", message: expect.stringContaining('"no"') } },
    });
  });

  it("of a running job is how far it is, as of now", () => {
    const running = { Status: "PROGRESSING", CurrentPhase: "TRANSCODING", JobPercentComplete: 42 } as const;
    expect(newsOf({ ...running, Timing: undefined }).change).toMatchObject({
      status: "PROCESSING",
      newerThanLastEvent: NOW,
      set: { progressPercent: 42, phase: "TRANSCODING" },
    });
  });

  it("of a waiting job is nothing new", () => {
    expect(newsOf({ Status: "SUBMITTED", Timing: undefined })).toEqual({});
  });

  it.each([1, 8])("has the number of captures (%d) from how long they are together", (count) => {
    const details = mediaConvertJob().OutputGroupDetails?.slice(0, 1) ?? [];
    const OutputGroupDetails = [...details, { OutputDetails: [{ DurationInMs: count * 2000 }] }];
    expect(newsOf({ OutputGroupDetails }).change?.set?.outputs?.thumbnailCount).toBe(count);
  });

  it("leaves out what can't be told without details", () => {
    expect(newsOf({ OutputGroupDetails: undefined }).change?.set).toMatchObject({
      outputs: { hlsManifest: "s3://processed/j/main.m3u8", poster: undefined },
      durationMs: undefined,
    });
    expect(newsOf({ Settings: undefined }).change?.set).toMatchObject({ outputs: {}, renditions: [] });
    const OutputGroups = [{}, { Outputs: [{}] }];
    expect(newsOf({ Settings: { OutputGroups } }).change?.set).toMatchObject({ outputs: {}, renditions: [] });
  });
});
