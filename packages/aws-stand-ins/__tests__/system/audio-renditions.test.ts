import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { promisify } from "node:util";
import { GetJobCommand, type Job } from "@aws-sdk/client-mediaconvert";
import { parse, type types } from "hls-parser";
import { type Clips, decode, inspect, tools } from "../../testing/clips";
import { type ServiceUnderTest, useService } from "../../testing/mediaconvert";
import { LEFT_AND_RIGHT, streamJob } from "../../testing/stream-job";

let clips: Clips;
let aws: ServiceUnderTest;
useService((...started) => {
  [aws, clips] = started;
});

const tone = (hertz: number) => ["-f", "lavfi", "-i", `sine=f=${hertz}:d=7:r=48000`];

/** A film with a Japanese and an English track, the latter in 5.1, and a left and a right track in mono. */
async function film(): Promise<string> {
  const surround = ["front=400", "front=400", "center=600", "lfe=60", "rear=800", "rear=800"].map(
    (channel) => `sin(2*PI*${channel.split("=")[1]}*t)/4`,
  );
  return clips.make(
    "film.mov",
    ...["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=7", ...tone(440)],
    ...["-f", "lavfi", "-i", `aevalsrc=${surround.join("|")}:c=5.1:s=48000:d=7`, ...tone(300), ...tone(1000)],
    ...["-map", "0", "-map", "1", "-map", "2", "-map", "3", "-map", "4"],
    ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"],
    ...["-metadata:s:a:0", "language=jpn", "-metadata:s:a:1", "language=eng"],
  );
}

/** Hertz of a tone in one channel, by its zero crossings. */
async function pitch(file: string, channel: number): Promise<number> {
  const one = ["-af", `pan=mono|c0=c${channel}`, "-ar", "48000", "-f", "s16le", "-"];
  const { stdout } = await promisify(execFile)(
    tools.ffmpeg,
    ["-nostdin", "-v", "error", "-i", file, "-ss", "1", "-t", "4", ...one],
    { encoding: "buffer", maxBuffer: 16 * 1024 * 1024 },
  );
  let crossings = 0;
  for (let at = 2; at + 1 < stdout.length; at += 2)
    if (stdout.readInt16LE(at) >= 0 !== stdout.readInt16LE(at - 2) >= 0) crossings += 1;
  return crossings / 2 / 4;
}

describe("a film with several audio tracks", () => {
  let job: Job;
  let master: types.MasterPlaylist;
  beforeAll(async () => {
    await aws.put(await film(), "s3://raw/film.mov");
    job = await aws.run(
      streamJob({
        input: "s3://raw/film.mov",
        sounds: [
          {
            name: "ja",
            tracks: [1],
            trackType: "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT",
            description: { LanguageCodeControl: "FOLLOW_INPUT", StreamName: "Japanese" },
          },
          {
            name: "en",
            tracks: [2],
            description: {
              LanguageCodeControl: "USE_CONFIGURED",
              CustomLanguageCode: "en-GB",
              StreamName: "English",
            },
          },
          {
            name: "pair",
            tracks: [3, 4],
            trackType: "ALTERNATE_AUDIO_NOT_AUTO_SELECT",
            description: { RemixSettings: LEFT_AND_RIGHT, StreamName: "Pair" },
          },
          {
            name: "surround",
            tracks: [2],
            channels: 6,
            group: "surround",
            description: {
              LanguageCodeControl: "USE_CONFIGURED",
              LanguageCode: "ENG",
              StreamName: "Surround",
            },
          },
        ],
      }),
    );
    expect(`${job.Status} ${job.ErrorMessage ?? ""}`).toBe("COMPLETE ");
    master = parse(await readFile(aws.pathOf("s3://out/job/main.m3u8"), "utf8")) as types.MasterPlaylist;
  });

  it("lists each variant once for each audio group, with the group's codec and bandwidth", () => {
    expect(master.variants.map(({ uri, audio }) => [uri, audio[0]?.groupId])).toEqual([
      ["main_180p.m3u8", "sound"],
      ["main_180p.m3u8", "surround"],
      ["main_90p.m3u8", "sound"],
      ["main_90p.m3u8", "surround"],
    ]);
    const [stereo, surround] = master.variants;
    expect(stereo?.codecs).toMatch(/^avc1\.\w{6},mp4a\.40\.2$/);
    expect((surround?.bandwidth ?? 0) - (stereo?.bandwidth ?? 0)).toBeGreaterThan(100_000);
  });

  it("names each rendition, its language and its channels, and one default", () => {
    const renditions = [master.variants[0], master.variants[1]].flatMap((variant) => variant?.audio ?? []);
    expect(
      renditions.map(({ uri, name, language, isDefault, autoselect, channels }) =>
        [uri, name, language, isDefault, autoselect, channels].join(" "),
      ),
    ).toEqual([
      "main_ja.m3u8 Japanese jpn true true 2",
      "main_en.m3u8 English en-GB false true 2",
      "main_pair.m3u8 Pair  false false 2",
      "main_surround.m3u8 Surround eng false true 6",
    ]);
  });

  it("keeps sound out of the pictures' segments, and pictures out of the sound's", async () => {
    const streamsOf = async (name: string) => {
      const { streams } = await inspect(aws.pathOf(`s3://out/job/${name}`));
      return streams.map(({ codec_type, channels }) => [codec_type, channels].filter(Boolean).join(" "));
    };
    expect(await streamsOf("main_180p_00001.ts")).toEqual(["video"]);
    expect(await streamsOf("main_ja_00001.ts")).toEqual(["audio 2"]);
    expect(await streamsOf("main_surround_00001.ts")).toEqual(["audio 6"]);
  });

  it("cuts the sound where it cuts the picture, up to an audio frame", async () => {
    const secondsOf = async (name: string) => {
      const playlist = parse(await readFile(aws.pathOf(`s3://out/job/${name}.m3u8`), "utf8"));
      return (playlist as types.MediaPlaylist).segments.map(({ duration }) => duration);
    };
    const picture = await secondsOf("main_180p");
    const sound = await secondsOf("main_ja");
    expect(sound).toHaveLength(picture.length);
    for (const [index, seconds] of sound.entries())
      expect(Math.abs(seconds - (picture[index] ?? 0))).toBeLessThan(0.05);
    expect(await decode(aws.pathOf("s3://out/job/main_ja.m3u8"))).toBe("");
  });

  it("starts the sound with the picture", async () => {
    const startOf = async (name: string) => {
      const { streams } = await inspect(aws.pathOf(`s3://out/job/${name}`));
      return Number(streams[0]?.start_time);
    };
    const offset = (await startOf("main_ja_00001.ts")) - (await startOf("main_180p_00001.ts"));
    expect(Math.abs(offset)).toBeLessThan(0.03);
  });

  it("puts two mono tracks to the left and to the right", async () => {
    const pair = aws.pathOf("s3://out/job/main_pair.m3u8");
    expect(await pitch(pair, 0)).toBeCloseTo(300, -1);
    expect(await pitch(pair, 1)).toBeCloseTo(1000, -1);
  });

  it("keeps the channels of 5.1 in their places", async () => {
    const surround = aws.pathOf("s3://out/job/main_surround.m3u8");
    expect(await pitch(surround, 0)).toBeCloseTo(400, -1);
    expect(await pitch(surround, 2)).toBeCloseTo(600, -1);
    expect(await pitch(surround, 4)).toBeCloseTo(800, -1);
  });

  it("has a detail for each output in COMPLETE, and durations in GetJob", async () => {
    const complete = aws.events.find(({ detail }) => detail.jobId === job.Id && detail.status === "COMPLETE");
    expect(complete?.detail.outputGroupDetails).toMatchObject([
      {
        type: "HLS_GROUP",
        outputDetails: [
          { outputFilePaths: ["s3://out/job/main_180p.m3u8"], videoDetails: { widthInPx: 320 } },
          { outputFilePaths: ["s3://out/job/main_90p.m3u8"] },
          { outputFilePaths: ["s3://out/job/main_ja.m3u8"], durationInMs: expect.any(Number) },
          { outputFilePaths: ["s3://out/job/main_en.m3u8"] },
          { outputFilePaths: ["s3://out/job/main_pair.m3u8"] },
          { outputFilePaths: ["s3://out/job/main_surround.m3u8"] },
        ],
      },
      { type: "FILE_GROUP" },
    ]);
    expect(complete).not.toHaveProperty("detail.outputGroupDetails.0.outputDetails.2.videoDetails");
    const { Job: stored } = await aws.client.send(new GetJobCommand({ Id: job.Id }));
    expect(stored?.OutputGroupDetails?.[0]?.OutputDetails?.[2]).toEqual({ DurationInMs: expect.any(Number) });
  });
});

it("ends with 1040 if one of several selectors names a track that the file doesn't have", async () => {
  await aws.put(await clips.draw("one.mp4", { seconds: 2 }), "s3://raw/one.mp4");
  const sounds = [
    { name: "first", tracks: [1] },
    { name: "second", tracks: [2] },
  ];
  expect(await aws.run(streamJob({ input: "s3://raw/one.mp4", sounds }))).toMatchObject({
    Status: "ERROR",
    ErrorCode: 1040,
    ErrorMessage: "Audio track [2] not found",
  });
});

it("ends with 1040 if 5.1 is asked of a track with fewer channels", async () => {
  await aws.put(await clips.draw("mono.mp4", { seconds: 2 }), "s3://raw/mono.mp4");
  const sounds = [{ name: "surround", tracks: [1], channels: 6 as const }];
  expect(await aws.run(streamJob({ input: "s3://raw/mono.mp4", sounds }))).toMatchObject({
    Status: "ERROR",
    ErrorCode: 1040,
  });
});

it("brings a track to the loudness that the job asks for, and leaves it without", async () => {
  const loud = await clips.make(
    "loud.mp4",
    ...["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=12"].concat(
      ["-f", "lavfi", "-i", "aevalsrc=0.7*sin(2*PI*1000*t):s=48000:d=12", "-c:v", "libx264"],
      ["-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"],
    ),
  );
  await aws.put(loud, "s3://raw/loud.mp4");
  const job = streamJob({
    input: "s3://raw/loud.mp4",
    destination: "s3://out/loud/main",
    sounds: [
      { name: "as-is", tracks: [1] },
      {
        name: "level",
        tracks: [1],
        description: {
          AudioNormalizationSettings: {
            Algorithm: "ITU_BS_1770_4",
            AlgorithmControl: "CORRECT_AUDIO",
            TargetLkfs: -24,
          },
        },
      },
    ],
  });
  expect(await aws.run(job)).toMatchObject({ Status: "COMPLETE" });
  expect(await loudness("main_as-is")).toBeGreaterThan(-8);
  expect(Math.abs((await loudness("main_level")) + 24)).toBeLessThan(1);
});

/** In LKFS, of the whole track. */
async function loudness(name: string): Promise<number> {
  const file = aws.pathOf(`s3://out/loud/${name}.m3u8`);
  const args = ["-nostdin", "-hide_banner", "-nostats", "-i", file, "-af", "ebur128", "-f", "null", "-"];
  const { stderr } = await promisify(execFile)(tools.ffmpeg, args, { maxBuffer: 16 * 1024 * 1024 });
  return Number([...stderr.matchAll(/I:\s+(-?[\d.]+) LUFS/g)].at(-1)?.[1]);
}
