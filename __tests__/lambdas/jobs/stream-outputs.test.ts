import { effectOf } from "../../../lambdas/jobs/event-effect";
import type { PlannedStream } from "../../../lambdas/jobs/job";
import { plannedStreamOf } from "../../../lambdas/jobs/stream-outputs";
import type { StreamOptions } from "../../../lambdas/transcoding/packaging/stream-options";
import type { AudioTrack } from "../../../lambdas/transcoding/source-tracks";
import { orderOf, source } from "../transcoding/sources";
import { COMPLETE, eventOf } from "./media-convert-events";

const MANIFEST = "s3://processed/j/main.m3u8";
const TRACKS: AudioTrack[] = [
  { type: "audio", number: 1, codec: "AAC", language: "en" },
  { type: "audio", number: 2, codec: "AAC", language: "ja", default: true },
];

/** Of a 360p source, whose ladder has 360p and 234p. */
const planned = (packaging: StreamOptions["packaging"], tracks = TRACKS) =>
  plannedStreamOf(
    orderOf(source({ widthPx: 640, heightPx: 360, tracks }), undefined, undefined, false, { packaging }),
  );

const endOf = (group: object, stream?: PlannedStream) =>
  effectOf(eventOf("j", { status: "COMPLETE", outputGroupDetails: [group] }), {
    time: 0,
    hlsManifest: MANIFEST,
    playbackDomain: "video.example.com",
    stream,
  }).end;

const video = (widthInPx: number, heightInPx: number, averageBitrate: number) => ({
  durationInMs: 4000,
  videoDetails: { widthInPx, heightInPx, averageBitrate },
});

describe("a completed job in CMAF", () => {
  /** As a real event: DASH first, and no paths of outputs. */
  const group = {
    type: "CMAF_GROUP",
    playlistFilePaths: ["s3://processed/j/main.mpd", MANIFEST],
    outputDetails: [
      video(640, 360, 500_000),
      video(416, 234, 200_000),
      { durationInMs: 4010 },
      { durationInMs: 4010 },
    ],
  };

  it("has both manifests, and playback URLs of both", () => {
    const end = endOf(group, planned("cmaf"));
    expect(end?.outputs).toMatchObject({
      hlsManifest: MANIFEST,
      dashManifest: "s3://processed/j/main.mpd",
    });
    expect(end?.playback).toMatchObject({
      hlsManifest: "https://video.example.com/j/main.m3u8",
      dashManifest: "https://video.example.com/j/main.mpd",
    });
  });

  it.each([
    ["in the order of the job", group.outputDetails],
    ["in any other order", group.outputDetails.toReversed()],
  ])("has complete renditions, although the event names none, %s", (_order, outputDetails) => {
    const end = endOf({ ...group, outputDetails }, planned("cmaf"));
    expect(end?.durationMs).toBe(4010);
    expect(end?.renditions).toEqual([
      {
        name: "360p",
        playlist: "s3://processed/j/main_360p.m3u8",
        widthPx: 640,
        heightPx: 360,
        averageBitrateBps: 500_000,
      },
      {
        name: "234p",
        playlist: "s3://processed/j/main_234p.m3u8",
        widthPx: 416,
        heightPx: 234,
        averageBitrateBps: 200_000,
      },
    ]);
  });

  it("has its names and sizes even if the event says nothing", () => {
    const end = endOf({ type: "CMAF_GROUP" }, planned("cmaf"));
    expect(end?.outputs?.dashManifest).toBe("s3://processed/j/main.mpd");
    expect(end?.renditions).toMatchObject([
      { name: "360p", widthPx: 640 },
      { name: "234p", widthPx: 416 },
    ]);
  });

  it("names the playlist of each choice of sound, also of the only one", () => {
    expect(endOf(group, planned("cmaf", TRACKS.slice(0, 1)))?.outputs?.audio).toEqual([
      {
        title: "English",
        language: "en",
        channels: 2,
        default: true,
        playlist: "s3://processed/j/main_audio1.m3u8",
      },
    ]);
  });
});

describe("a completed job in HLS", () => {
  const output = (name: string, details: object) => ({
    outputFilePaths: [`s3://processed/j/main_${name}.m3u8`],
    ...details,
  });

  it("lists sound apart from the renditions", () => {
    const group = {
      type: "HLS_GROUP",
      playlistFilePaths: [MANIFEST],
      outputDetails: [
        output("360p", video(640, 360, 500_000)),
        output("234p", video(416, 234, 200_000)),
        output("audio1", { durationInMs: 4010 }),
        output("audio2", { durationInMs: 4010 }),
      ],
    };
    const end = endOf(group, planned("hls"));
    expect(end?.renditions?.map(({ name }) => name)).toEqual(["360p", "234p"]);
    expect(end?.outputs).toEqual({
      hlsManifest: MANIFEST,
      audio: [
        {
          title: "English",
          language: "en",
          channels: 2,
          default: false,
          playlist: "s3://processed/j/main_audio1.m3u8",
        },
        {
          title: "日本語",
          language: "ja",
          channels: 2,
          default: true,
          playlist: "s3://processed/j/main_audio2.m3u8",
        },
      ],
    });
  });

  it("has sound without a playlist where it is part of the picture's segments", () => {
    const [group] = COMPLETE.outputGroupDetails;
    expect(endOf(group ?? {}, planned("hls", TRACKS.slice(0, 1)))?.outputs?.audio).toEqual([
      { title: "English", language: "en", channels: 2, default: true },
    ]);
  });
});
