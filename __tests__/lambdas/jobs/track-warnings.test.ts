import type { Job } from "../../../lambdas/jobs/job";
import { trackWarningsOf } from "../../../lambdas/jobs/track-warnings";
import type { AudioTrack } from "../../../lambdas/transcoding/source-tracks";
import { sampleJob } from "./sample-job";

const warningsFor = (tracks: readonly Partial<AudioTrack>[], status: Job["status"] = "COMPLETE") =>
  trackWarningsOf({
    ...sampleJob(),
    status,
    source: {
      tracks: tracks.map((track, index) => ({ type: "audio", number: index + 1, codec: "AAC", ...track })),
    },
  });

describe("a completed job's warning", () => {
  it("names the tracks that MediaConvert can't decode", () => {
    const lost = [{}, { codec: undefined, language: "ja" }, { codec: undefined, title: "Effects" }];
    expect(warningsFor(lost)).toEqual({
      AUDIO_UNREADABLE:
        "The stream lacks audio track 2 (Japanese) and audio track 3 (Effects), which MediaConvert can't decode. " +
        "If it is needed, export the file with sound in AAC, and upload it again.",
    });
  });

  it("names the tracks beyond the eighth", () => {
    const { AUDIO_OMITTED } = warningsFor(Array.from({ length: 9 }, () => ({})));
    expect(AUDIO_OMITTED).toContain("lacks audio track 9.");
  });

  it("counts a pair of mono tracks as one", () => {
    const mono = { codec: "PCM", channels: 1 };
    expect(warningsFor(Array.from({ length: 16 }, () => mono))).toEqual({});
  });

  it("names text tracks that MediaConvert can't read", () => {
    const text = (codec: string | undefined, language: string) =>
      ({ type: "captions", codec, language }) as const;
    const tracks = [text("C608", "en"), text(undefined, "ja"), text("WEBVTT", "fr")];
    const { CAPTIONS_UNREADABLE } = trackWarningsOf({
      ...sampleJob(),
      status: "COMPLETE",
      source: { tracks },
    });
    expect(CAPTIONS_UNREADABLE).toMatch(
      /^The stream lacks a text track \(Japanese\) and a text track \(French\), which MediaConvert can't read/,
    );
  });

  it("is none if the stream has all tracks, or the job has another end", () => {
    expect(warningsFor([{}, {}])).toEqual({});
    expect(warningsFor([{ codec: undefined }], "ERROR")).toEqual({});
    expect(trackWarningsOf({ ...sampleJob(), status: "COMPLETE" })).toEqual({});
  });
});
