import { readdir, readFile, stat, truncate, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { CancelJobCommand, GetJobCommand, type Job } from "@aws-sdk/client-mediaconvert";
import { parse, type types } from "hls-parser";
import type { MediaConvertEvent } from "../../mediaconvert/events";
import { brightness, type Clips, decode, inspect } from "../../testing/clips";
import { hlsJob, type ServiceUnderTest, startService, useService } from "../../testing/mediaconvert";

let clips: Clips;
let aws: ServiceUnderTest;
useService((...started) => {
  [aws, clips] = started;
});

/** With the reason, so that a failing test shows it. */
const outcome = ({ Status, ErrorMessage = "" }: Job) => `${Status} ${ErrorMessage}`.trim();

async function master(uri: string): Promise<types.MasterPlaylist> {
  const playlist = parse(await readFile(aws.pathOf(uri), "utf8"));
  if (!playlist.isMasterPlaylist) throw new Error(`${uri} is not a master playlist`);
  return playlist as types.MasterPlaylist;
}

async function media(uri: string): Promise<types.MediaPlaylist> {
  const playlist = parse(await readFile(aws.pathOf(uri), "utf8"));
  if (playlist.isMasterPlaylist) throw new Error(`${uri} is a master playlist`);
  return playlist as types.MediaPlaylist;
}

describe("a video with audio", () => {
  beforeAll(async () => {
    await aws.put(await clips.draw("clip.mp4", { seconds: 8, rate: "30000/1001" }), "s3://raw/clip.mp4");
    aws.written.length = 0;
    aws.events.length = 0;
    const job = await aws.run({});
    expect(outcome(job)).toBe("COMPLETE");
    expect(job.JobPercentComplete).toBe(100);
  }, 20_000);

  it("becomes variants in the order of the outputs, with measured attributes", async () => {
    const { variants } = await master("s3://out/job/main.m3u8");
    expect(variants.map(({ uri, resolution }) => ({ uri, resolution }))).toEqual([
      { uri: "main_180p.m3u8", resolution: { width: 320, height: 180 } },
      { uri: "main_90p.m3u8", resolution: { width: 160, height: 90 } },
    ]);
    for (const variant of variants) {
      const segment = aws.pathOf(`s3://out/job/${variant.uri.replace(".m3u8", "_00001.ts")}`);
      const { streams } = await inspect(segment);
      const video = streams.find((s) => s.codec_type === "video");
      expect(video).toMatchObject({ ...variant.resolution, profile: "High", sample_aspect_ratio: "1:1" });
      expect(variant.codecs).toBe(
        `avc1.6400${video?.level.toString(16).toUpperCase().padStart(2, "0")},mp4a.40.2`,
      );
      expect(variant.frameRate).toBeCloseTo(29.97, 3);
      expect(variant.bandwidth).toBeGreaterThanOrEqual(variant.averageBandwidth ?? Number.NaN);
    }
  });

  it("has segments of whole GOPs that decode without errors", async () => {
    const playlist = await media("s3://out/job/main_180p.m3u8");
    expect(playlist).toMatchObject({ playlistType: "VOD", endlist: true, targetDuration: 6 });
    expect(playlist.segments.map(({ uri }) => uri)).toEqual(["main_180p_00001.ts", "main_180p_00002.ts"]);
    expect(playlist.segments[0]?.duration).toBeCloseTo(6.006, 3);
    expect(await decode(aws.pathOf("s3://out/job/main_180p.m3u8"))).toBe("");
  });

  it("has a key frame every 60 frames, and no others", async () => {
    const { frames } = await inspect(
      aws.pathOf("s3://out/job/main_180p.m3u8"),
      ...["-select_streams", "v", "-show_frames", "-show_entries", "frame=key_frame"],
    );
    const keys = frames.flatMap(({ key_frame }, index) => (key_frame ? [index] : []));
    expect(keys).toEqual([0, 60, 120, 180]);
  });

  it("declares an average bandwidth within a percent of its files", async () => {
    const [variant] = (await master("s3://out/job/main.m3u8")).variants;
    const { segments } = await media("s3://out/job/main_180p.m3u8");
    const files = await Promise.all(segments.map(({ uri }) => stat(aws.pathOf(`s3://out/job/${uri}`))));
    const bits = 8 * files.reduce((sum, { size }) => sum + size, 0);
    const seconds = segments.reduce((sum, { duration }) => sum + duration, 0);
    expect((variant?.averageBandwidth ?? 0) / (bits / seconds)).toBeCloseTo(1, 2);
  });

  it("is captured at 0, 3 and 6 s", async () => {
    const directory = dirname(aws.pathOf("s3://thumbs/job/main_thumb.0000000.jpg"));
    expect((await readdir(directory)).sort()).toEqual(
      [0, 1, 2].map((index) => `main_thumb.000000${index}.jpg`),
    );
    const { streams } = await inspect(join(directory, "main_thumb.0000002.jpg"));
    expect(streams[0]).toMatchObject({ codec_name: "mjpeg", width: 320, height: 180 });
  });

  it("is uploaded media first, then playlists, then the master", () => {
    const stages = aws.written.map(({ uri }) => {
      if (uri.endsWith("/main.m3u8")) return 3;
      return uri.endsWith(".m3u8") ? 2 : 1;
    });
    expect(stages).toEqual([...stages].sort());
    expect(new Set(stages).size).toBe(3);
    expect(new Set(aws.written.map(({ contentType }) => contentType))).toEqual(
      new Set(["video/mp2t", "image/jpeg", "application/vnd.apple.mpegurl"]),
    );
  });

  it("causes events of the service's shape", () => {
    expect(aws.events.map(({ detail }) => detail.status)).toEqual([
      "PROGRESSING",
      "INPUT_INFORMATION",
      "COMPLETE",
    ]);
    expect(aws.events[1]?.detail.inputDetails).toEqual([
      {
        id: 1,
        uri: "s3://raw/clip.mp4",
        audio: [expect.objectContaining({ codec: "AAC", channels: 1, sampleRate: 44_100 })],
        video: [
          expect.objectContaining({ codec: "H_264", width: 320, height: 180, frameRate: 29.97, bitDepth: 8 }),
        ],
      },
    ]);
    expect(aws.events[2]).toMatchObject({
      "detail-type": "MediaConvert Job State Change",
      source: "aws.mediaconvert",
      account: "111122223333",
      region: "eu-west-3",
      detail: {
        queue: "arn:aws:mediaconvert:eu-west-3:111122223333:queues/videos",
        userMetadata: { jobId: "abc123" },
        outputGroupDetails: [
          {
            type: "HLS_GROUP",
            playlistFilePaths: ["s3://out/job/main.m3u8"],
            outputDetails: [
              {
                outputFilePaths: ["s3://out/job/main_180p.m3u8"],
                durationInMs: expect.any(Number),
                videoDetails: { widthInPx: 320, heightInPx: 180, averageBitrate: expect.any(Number) },
              },
              { outputFilePaths: ["s3://out/job/main_90p.m3u8"] },
            ],
          },
          {
            type: "FILE_GROUP",
            outputDetails: [
              { outputFilePaths: ["s3://thumbs/job/main_thumb.0000002.jpg"], durationInMs: 9000 },
            ],
          },
        ],
      },
    });
  });
});

it("keeps the name of a key with spaces, +, % and Japanese", async () => {
  const input = "s3://raw/夏 祭り + 100%.mp4";
  await aws.put(await clips.draw("short.mp4", { seconds: 2 }), input);
  const job = await aws.run(hlsJob({ input, destination: "s3://out/夏 %05d/" }));
  expect(outcome(job)).toBe("COMPLETE");
  const { variants } = await master("s3://out/夏 %05d/夏 祭り + 100%.m3u8");
  expect(variants.map(({ uri }) => decodeURIComponent(uri))).toEqual([
    "夏 祭り + 100%_180p.m3u8",
    "夏 祭り + 100%_90p.m3u8",
  ]);
  expect(await decode(aws.pathOf("s3://out/夏 %05d/夏 祭り + 100%_180p_00001.ts"))).toBe("");
}, 20_000);

it("makes variants without audio of a video without audio", async () => {
  await aws.put(await clips.draw("silent.mp4", { seconds: 3, audio: false }), "s3://raw/silent.mp4");
  const job = await aws.run(
    hlsJob({ input: "s3://raw/silent.mp4", destination: "s3://out/silent/main", audio: false }),
  );
  expect(outcome(job)).toBe("COMPLETE");
  const [variant] = (await master("s3://out/silent/main.m3u8")).variants;
  expect(variant?.codecs).toMatch(/^avc1\.\w{6}$/);
  const { streams } = await inspect(aws.pathOf("s3://out/silent/main_180p_00001.ts"));
  expect(streams).toHaveLength(1);
}, 20_000);

it("adds silence where a job asks for audio that the video doesn't have", async () => {
  await aws.put(await clips.draw("mute.mp4", { seconds: 3, audio: false }), "s3://raw/mute.mp4");
  const job = await aws.run(hlsJob({ input: "s3://raw/mute.mp4", destination: "s3://out/mute/main" }));
  expect(outcome(job)).toBe("COMPLETE");
  const { streams, format } = await inspect(aws.pathOf("s3://out/mute/main_180p_00001.ts"));
  expect(streams.map((s) => s.codec_name)).toEqual(["h264", "aac"]);
  expect(Number(format.duration)).toBeCloseTo(3, 0);
}, 20_000);

it("turns a portrait video upright that was recorded on its side", async () => {
  const file = await clips.draw("flat.mp4", { seconds: 2 });
  const bytes = await readFile(file);
  await writeFile(file, turnedBy90(bytes));
  await aws.put(file, "s3://raw/phone.mp4");
  const sizes = [{ width: 90, height: 160, name: "90p" }];
  const job = await aws.run(
    hlsJob({ input: "s3://raw/phone.mp4", destination: "s3://out/phone/main", sizes, rotate: true }),
  );
  expect(outcome(job)).toBe("COMPLETE");
  const { frames } = await inspect(
    aws.pathOf("s3://out/phone/main_90p_00001.ts"),
    ...["-select_streams", "v", "-show_frames", "-read_intervals", "%+#1"],
  );
  expect(frames[0]).toMatchObject({ width: 90, height: 160 });
  const capture = aws.pathOf("s3://thumbs/phone/main_thumb.0000000.jpg");
  expect((await inspect(capture)).streams[0]).toMatchObject({ width: 90, height: 160 });
  // Letterboxed instead of turned, the top of the frame would be black.
  expect(Math.max(...(await brightness(capture, "90:16:0:0")))).toBeGreaterThan(100);
}, 20_000);

it("stops at the frame that ends the clip, and at the end of a shorter source", async () => {
  await aws.put(await clips.draw("clipped.mp4", { seconds: 4 }), "s3://raw/clipped.mp4");
  const secondsWhenClippedAt = async (endTimecode: string) => {
    const job = hlsJob({ input: "s3://raw/clipped.mp4", destination: "s3://out/clipped/main" });
    const inputs = job.Settings.Inputs.map((input) => ({
      ...input,
      InputClippings: [{ EndTimecode: endTimecode }],
    }));
    expect(outcome(await aws.run({ ...job, Settings: { ...job.Settings, Inputs: inputs } }))).toBe(
      "COMPLETE",
    );
    const { segments } = await media("s3://out/clipped/main_180p.m3u8");
    return segments.reduce((sum, { duration }) => sum + duration, 0);
  };
  expect(await secondsWhenClippedAt("00:00:02:00")).toBeCloseTo(2.04, 2);
  expect(await secondsWhenClippedAt("05:59:38:00")).toBeCloseTo(4, 2);
}, 30_000);

it("warns of damaged pictures and sound, as often as the service would, and completes", async () => {
  const file = await clips.draw("damaged.mp4", { seconds: 8, more: ["-movflags", "+faststart"] });
  const bytes = await readFile(file);
  const media = bytes.indexOf("mdat") + 4;
  // Spread evenly, so that every frame and most of the sound are hit.
  const step = Math.floor((bytes.length - media) / 3000);
  for (let offset = media + 20_000; offset < bytes.length; offset += step) bytes[offset] = offset % 251;
  await writeFile(file, bytes);
  await aws.put(file, "s3://raw/damaged.mp4");
  const job = await aws.run(hlsJob({ input: "s3://raw/damaged.mp4", destination: "s3://out/damaged/main" }));

  expect(outcome(job)).toBe("COMPLETE");
  expect(job.Warnings?.map(({ Code }) => Code).sort()).toEqual([230006, 230008]);
  const details = aws.events.map(({ detail }) => detail).filter(({ jobId }) => jobId === job.Id);
  expect(
    details
      .filter(({ status }) => status === "NEW_WARNING")
      .map(({ warningCode }) => warningCode)
      .sort(),
  ).toEqual(["230006", "230008"]);
  expect(details.find(({ status }) => status === "COMPLETE")?.warnings).toContainEqual({
    code: 230008,
    count: expect.any(Number),
  });
}, 30_000);

describe("a job that can't succeed", () => {
  it.each([
    ["a missing input", undefined, 1404, /HeadObject failed/],
    ["an empty file", Buffer.alloc(0), 1010, /Unable to open input file/],
    ["a text", Buffer.from("Hello, this is not a video.\n".repeat(500)), 1010, /Unable to open input file/],
  ])("ends with the service's code for %s", async (_name, content, code, message) => {
    const input = `s3://raw/bad-${code}-${content?.length ?? 0}.bin`;
    if (content) {
      await writeFile(join(clips.directory, "bad.bin"), content);
      await aws.put(join(clips.directory, "bad.bin"), input);
    }
    const job = await aws.run(hlsJob({ input }));
    expect(job).toMatchObject({
      Status: "ERROR",
      ErrorCode: code,
      ErrorMessage: expect.stringMatching(message),
    });
    expect(aws.events.at(-1)?.detail).toMatchObject({ status: "ERROR", errorCode: code, jobId: job.Id });
  });

  it("ends with 1075 for an MP4 that is truncated before its index", async () => {
    const file = await clips.draw("cut.mp4", { seconds: 2 });
    await truncate(file, 20_000);
    await aws.put(file, "s3://raw/cut.mp4");
    const job = await aws.run(hlsJob({ input: "s3://raw/cut.mp4" }));
    expect(job).toMatchObject({ Status: "ERROR", ErrorCode: 1075 });
  });

  it("ends with 1076 for an MP4 that is truncated after its index", async () => {
    const file = await clips.draw("cut-late.mp4", { seconds: 3, more: ["-movflags", "+faststart"] });
    await truncate(file, Math.floor((await stat(file)).size / 2));
    await aws.put(file, "s3://raw/cut-late.mp4");
    const job = await aws.run(hlsJob({ input: "s3://raw/cut-late.mp4" }));
    expect(job).toMatchObject({ Status: "ERROR", ErrorCode: 1076 });
  });

  it("ends with 1020 for audio without a picture", async () => {
    await aws.put(await clips.draw("sound.mp4", { seconds: 2, more: ["-vn"] }), "s3://raw/sound.mp4");
    const job = await aws.run(hlsJob({ input: "s3://raw/sound.mp4" }));
    expect(job).toMatchObject({ Status: "ERROR", ErrorCode: 1020 });
  });
});

it("stops the ffmpeg of a canceled job, and starts the next job", async () => {
  await aws.put(await clips.draw("long.mp4", { seconds: 8 }), "s3://raw/long.mp4");
  const slow = await startService({ encoderPreset: "placebo", statusUpdateSeconds: 0.2 });
  try {
    await slow.put(aws.pathOf("s3://raw/long.mp4"), "s3://raw/clip.mp4");
    const sizes = [{ width: 1280, height: 720, name: "720p" }];
    const first = await slow.create(hlsJob({ sizes }));
    const second = await slow.create(hlsJob({ input: "s3://raw/none.mp4" }));
    expect(slow.service.activeJobs).toBe(2);
    const transcoding = ({ detail }: MediaConvertEvent) =>
      JSON.stringify(detail).includes('"currentPhase":"TRANSCODING"');
    while (!slow.events.some(transcoding)) await new Promise((resolve) => setTimeout(resolve, 20));
    const during = await slow.client.send(new GetJobCommand({ Id: first.Id }));
    expect(during.Job).toMatchObject({ Status: "PROGRESSING", CurrentPhase: "TRANSCODING" });
    expect((await slow.client.send(new GetJobCommand({ Id: second.Id }))).Job?.Status).toBe("SUBMITTED");

    await slow.client.send(new CancelJobCommand({ Id: first.Id }));
    while (slow.service.activeJobs > 0) await new Promise((resolve) => setTimeout(resolve, 20));
    expect(slow.statuses(first).at(-1)).toBe("CANCELED");
    expect(slow.statuses(second)).toEqual(["PROGRESSING", "ERROR"]);
    expect(slow.written).toEqual([]);
  } finally {
    await slow.close();
  }
}, 20_000);

/** Sets the display matrix of a file's first track to a quarter turn clockwise, as phones do. */
function turnedBy90(mp4: Buffer): Buffer {
  const upright = Buffer.alloc(36);
  for (const [index, value] of [0x10000, 0, 0, 0, 0x10000, 0, 0, 0, 0x40000000].entries())
    upright.writeInt32BE(value, index * 4);
  const turned = Buffer.alloc(36);
  for (const [index, value] of [0, 0x10000, 0, -0x10000, 0, 0, 0, 0, 0x40000000].entries())
    turned.writeInt32BE(value, index * 4);
  const at = mp4.indexOf(upright, mp4.indexOf("tkhd"));
  return Buffer.concat([mp4.subarray(0, at), turned, mp4.subarray(at + turned.length)]);
}
