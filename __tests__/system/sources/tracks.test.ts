import { readFile } from "node:fs/promises";
import { inspect } from "aws-stand-ins/testing/clips";
import { trackLabelsOf } from "../../../lambdas/media-processor/track-labels";
import { Refusal } from "../../../lambdas/transcoding/transcoder";
import { Transcodings } from "./transcode-clip";

let clips: Transcodings;
beforeAll(async () => {
  clips = await Transcodings.start();
});
afterAll(() => clips.close());

/** 4 s of H.264 with sound, after a first track with one frame of Motion JPEG. */
const covered = (name: string) =>
  clips.draw(
    name,
    ...[
      "-f",
      "lavfi",
      "-i",
      "color=red:s=416x234:r=25:d=0.04",
      "-f",
      "lavfi",
      "-i",
      "testsrc2=s=640x360:r=25:d=4",
    ],
    ...["-f", "lavfi", "-i", "sine=d=4", "-map", "0:v", "-map", "1:v", "-map", "2:a"],
    ...["-c:v:0", "mjpeg", "-c:v:1", "libx264", "-preset", "ultrafast", "-c:a", "aac"],
  );

it("transcodes the video of an MP4 whose first track is a cover", async () => {
  const clip = await covered("cover.mp4");
  expect((await inspect(clip)).streams.map(({ codec_name }) => codec_name)).toEqual(["mjpeg", "h264", "aac"]);
  const { completion, stream } = await clips.transcode(clip);
  expect(completion?.detail.outputGroupDetails).toMatchObject([
    { outputDetails: [{ durationInMs: 4000 }, { durationInMs: 4000 }] },
    {},
  ]);
  const { streams } = await inspect(stream("main_360p_00001.ts"));
  expect(streams.find(({ codec_type }) => codec_type === "video")).toMatchObject({ width: 640, height: 360 });
});

it("refuses a QuickTime file whose first track is a cover, of which MediaConvert would make 40 ms of video", async () => {
  const refusal = clips.transcode(await covered("cover.mov"));
  await expect(refusal).rejects.toThrow(Refusal);
  await expect(refusal).rejects.toThrow("isn't the video but video MJPEG");
});

it.each(["two.mp4", "two.mov", "two.mkv"])(
  "reads titles and the default of %s from its header",
  async (name) => {
    const tone = ["-f", "lavfi", "-i", "sine=d=2"];
    const labelled = (index: number, language: string, title: string) => [
      ...[`-metadata:s:a:${index}`, `language=${language}`, `-metadata:s:a:${index}`, `title=${title}`],
    ];
    const file = await clips.draw(
      name,
      ...["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2", ...tone, ...tone],
      ...[
        "-map",
        "0:v",
        "-map",
        "1:a",
        "-map",
        "2:a",
        "-c:v",
        "libx264",
        "-preset",
        "ultrafast",
        "-c:a",
        "aac",
      ],
      ...[...labelled(0, "eng", "Director's cut"), ...labelled(1, "jpn", "日本語音声")],
      ...["-disposition:a:0", "0", "-disposition:a:1", "default"],
    );
    const content = await readFile(file);
    const labels = await trackLabelsOf({
      sizeBytes: content.length,
      read: async (start, end) => content.subarray(start, end),
    });
    expect(labels).toMatchObject([
      { title: "Director's cut", default: false },
      { title: "日本語音声", default: true },
    ]);
  },
);

it("transcodes a second audio track if the first can't be decoded", async () => {
  const file = await clips.draw(
    "undecodable.mov",
    ...["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=2", "-f", "lavfi", "-i", "sine=d=2"],
    ...["-map", "0:v", "-map", "1:a", "-map", "1:a", "-c:v", "libx264", "-preset", "ultrafast"],
    ...["-c:a:0", "adpcm_ima_qt", "-c:a:1", "aac"],
  );
  const { stream } = await clips.transcode(file);
  const { streams } = await inspect(stream("main_234p_00001.ts"));
  expect(streams.map(({ codec_name }) => codec_name)).toEqual(expect.arrayContaining(["h264", "aac"]));
});

it("refuses sound with a cover", async () => {
  const sound = await clips.draw(
    "sound.mp4",
    ...["-f", "lavfi", "-i", "color=red:s=416x234:r=25:d=0.04", "-f", "lavfi", "-i", "sine=d=4"],
    ...["-c:v", "mjpeg", "-c:a", "aac"],
  );
  await expect(clips.transcode(sound)).rejects.toThrow(/lasts 0\.04 s of 4(\.\d+)? s/);
});
