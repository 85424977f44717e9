import { type Job, MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { MediaConvertApiRecord } from "../../../lambdas/job-sweeper/media-convert-record";
import { effectOf } from "../../../lambdas/jobs/event-effect";
import type { Rendition } from "../../../lambdas/jobs/job";
import { COMPLETE, eventOf } from "../jobs/media-convert-events";
import { mediaConvertJob } from "./media-convert-job";

const NOW = 1_771_852_300_000;
const DEFAULTS = { time: NOW, hlsManifest: "s3://processed/j/main.m3u8" };

/** The effect of the event that stands for GetJob's answer. */
async function effect(overrides: Partial<Job> = {}) {
  const client = new MediaConvertClient({});
  jest.spyOn(client, "send").mockImplementation(async () => ({ Job: mediaConvertJob(overrides) }));
  const event = await new MediaConvertApiRecord(client, () => NOW).latestEvent("1-a");
  if (!event) throw new Error("GetJob's answer became no event.");
  return effectOf(event, DEFAULTS);
}

describe("GetJob's answer", () => {
  it("for a completed job has the effect of its event, without the measured rates", async () => {
    const timestamp = Date.UTC(2026, 1, 23, 13, 10, 59);
    const { end } = effectOf(eventOf("j", { ...COMPLETE, timestamp }), DEFAULTS);
    const unmeasured = ({ averageBitrateBps, qvbrQuality, ...rest }: Rendition) => rest;
    expect((await effect()).end).toEqual({ ...end, renditions: end?.renditions?.map(unmeasured) });
  });

  it("for a job in CMAF names its manifests and outputs", async () => {
    const { Settings } = mediaConvertJob();
    const [group, ...others] = Settings?.OutputGroups ?? [];
    const OutputGroupSettings = { CmafGroupSettings: { Destination: "s3://processed/j/main" } };
    const OutputGroups = [{ ...group, OutputGroupSettings }, ...others];
    expect((await effect({ Settings: { ...Settings, OutputGroups } })).end).toMatchObject({
      outputs: { hlsManifest: "s3://processed/j/main.m3u8", dashManifest: "s3://processed/j/main.mpd" },
      renditions: [
        { playlist: "s3://processed/j/main_540p.m3u8" },
        { playlist: "s3://processed/j/main_1080p.m3u8" },
      ],
    });
  });

  it("for a completed job includes its warnings", async () => {
    const { warnings } = await effect({ Warnings: [{ Code: 250003, Count: 2 }] });
    expect(Object.keys(warnings)).toEqual(["250003"]);
  });

  it("for a failed job has its error", async () => {
    const { end } = await effect({ Status: "ERROR", ErrorCode: 1010, ErrorMessage: "no" });
    expect(end).toMatchObject({
      status: "ERROR",
      error: { code: "MEDIACONVERT_1010", message: expect.stringContaining('"no"') },
    });
  });

  it("for a running job has its progress as of now", async () => {
    const running = { Status: "PROGRESSING", CurrentPhase: "TRANSCODING", JobPercentComplete: 42 } as const;
    expect((await effect({ ...running, Timing: undefined })).progress).toEqual({
      lastEventAt: NOW,
      progressPercent: 42,
      phase: "TRANSCODING",
    });
  });

  it("for a queued job has no effect", async () => {
    expect(await effect({ Status: "SUBMITTED", Timing: undefined })).toEqual({ warnings: {} });
  });

  it.each([1, 8])("counts %d captures by their total duration", async (count) => {
    const details = mediaConvertJob().OutputGroupDetails?.slice(0, 1) ?? [];
    const OutputGroupDetails = [...details, { OutputDetails: [{ DurationInMs: count * 2000 }] }];
    expect((await effect({ OutputGroupDetails })).end?.outputs?.thumbnailCount).toBe(count);
  });

  it("without details or settings omits what they would say", async () => {
    const { outputs, durationMs } = (await effect({ OutputGroupDetails: undefined })).end ?? {};
    expect(outputs).toEqual({ hlsManifest: "s3://processed/j/main.m3u8" });
    expect(durationMs).toBeUndefined();
    for (const Settings of [undefined, { OutputGroups: [{}, { Outputs: [{}] }] }]) {
      expect((await effect({ Settings })).end).toMatchObject({ outputs: {}, renditions: [] });
    }
  });
});
