import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Job } from "@aws-sdk/client-mediaconvert";
import { parse, type types } from "hls-parser";
import { parseWebVtt } from "../../mediaconvert/webvtt";
import { captionedClip, captionTrackClip } from "../../testing/captioned-clip";
import { type Clips, inspect } from "../../testing/clips";
import { type ServiceUnderTest, startService, useService } from "../../testing/mediaconvert";
import { type CaptionsShape, streamJob } from "../../testing/stream-job";

let clips: Clips;
let aws: ServiceUnderTest;
useService((...started) => {
  [aws, clips] = started;
});

const VTT = `WEBVTT

00:01.000 --> 00:03.000 vertical:rl
<ruby>東京<rt>とうきょう</rt></ruby>

00:05.500 --> 00:06.500
across the boundary
`;
const SRT = "1\n00:00:07,000 --> 00:00:08,000\n<i>[music]</i>\n";
const TTML =
  '<tt xmlns="http://www.w3.org/ns/ttml"><body><div><p begin="2s" end="4s">Bonjour</p></div></body></tt>';

const put = async (uri: string, text: string) => {
  const file = join(clips.directory, "captions.txt");
  await writeFile(file, text);
  await aws.put(file, uri);
};

const FILES: readonly CaptionsShape[] = [
  {
    name: "ja",
    source: { SourceType: "WEBVTT", FileSourceSettings: { SourceFile: "s3://raw/film.ja.vtt" } },
    webvtt: { StylePassthrough: "STRICT" },
    description: { LanguageDescription: "日本語" },
  },
  {
    name: "en-sdh",
    source: { SourceType: "SRT", FileSourceSettings: { SourceFile: "s3://raw/film.en.srt" } },
    webvtt: { Accessibility: "ENABLED", StylePassthrough: "ENABLED" },
    description: { CustomLanguageCode: undefined, LanguageCode: "ENG", LanguageDescription: "English (SDH)" },
  },
  {
    name: "fr",
    source: { SourceType: "TTML", FileSourceSettings: { SourceFile: "s3://raw/film.fr.ttml" } },
  },
];

const text = (uri: string) => readFile(aws.pathOf(uri), "utf8");
const cuesOf = async (uri: string) =>
  parseWebVtt(await text(uri)).cues.map((cue) => `${cue.start} ${cue.text}`);
const outcome = ({ Status, ErrorMessage = "" }: Job) => `${Status} ${ErrorMessage}`.trim();

beforeAll(async () => {
  await aws.put(await clips.draw("clip.mp4", { seconds: 8 }), "s3://raw/clip.mp4");
  await put("s3://raw/film.ja.vtt", VTT);
  await put("s3://raw/film.en.srt", SRT);
  await put("s3://raw/film.fr.ttml", TTML);
});

describe("caption files next to a video, in HLS", () => {
  let job: Job;
  beforeAll(async () => {
    aws.written.length = 0;
    job = await aws.run(streamJob({ captions: FILES, destination: "s3://out/hls/main" }));
    expect(outcome(job)).toBe("COMPLETE");
  });

  it("are listed as the service lists them: the first as default, no one as forced", async () => {
    const master = await text("s3://out/hls/main.m3u8");
    expect(master.split("\n").filter((line) => line.includes("SUBTITLES,"))).toEqual([
      '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="日本語",DEFAULT=YES,AUTOSELECT=YES,FORCED=NO,LANGUAGE="ja",URI="main_ja.m3u8"',
      '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="English (SDH)",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound",LANGUAGE="eng",URI="main_en-sdh.m3u8"',
      '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="fr",DEFAULT=NO,AUTOSELECT=NO,FORCED=NO,LANGUAGE="fr",URI="main_fr.m3u8"',
    ]);
    const { variants } = parse(master) as types.MasterPlaylist;
    expect(variants.map(({ subtitles }) => subtitles.length)).toEqual([3, 3]);
  });

  it("are cut where the picture is cut, a cue in each segment that shows it", async () => {
    const picture = parse(await text("s3://out/hls/main_180p.m3u8")) as types.MediaPlaylist;
    const captions = parse(await text("s3://out/hls/main_ja.m3u8")) as types.MediaPlaylist;
    expect(captions.segments.map(({ uri }) => uri)).toEqual(["main_ja_00001.vtt", "main_ja_00002.vtt"]);
    expect(captions.segments.map(({ duration }) => duration)).toEqual(
      picture.segments.map(({ duration }) => duration),
    );
    expect(await cuesOf("s3://out/hls/main_ja_00001.vtt")).toEqual([
      "1 <ruby>東京<rt>とうきょう</rt></ruby>",
      "5.5 across the boundary",
    ]);
    expect(await cuesOf("s3://out/hls/main_ja_00002.vtt")).toEqual(["5.5 across the boundary"]);
    expect(await cuesOf("s3://out/hls/main_en-sdh_00002.vtt")).toEqual(["7 <i>[music]</i>"]);
    expect(await cuesOf("s3://out/hls/main_fr_00001.vtt")).toEqual(["2 Bonjour"]);
    expect(aws.written.find(({ uri }) => uri.endsWith(".vtt"))?.contentType).toBe("text/vtt");
  });

  it("say when they begin on the picture's clock", async () => {
    const [, ticks] = /X-TIMESTAMP-MAP=MPEGTS:(\d+),LOCAL:00:00:00.000/.exec(
      await text("s3://out/hls/main_ja_00001.vtt"),
    ) ?? ["", ""];
    const { streams } = await inspect(aws.pathOf("s3://out/hls/main_180p_00001.ts"));
    expect(Number(ticks) / 90_000).toBeCloseTo(Number(streams[0]?.start_time), 3);
  });

  it("have outputs without length in COMPLETE", () => {
    const complete = aws.events.find(({ detail }) => detail.jobId === job.Id && detail.status === "COMPLETE");
    expect(complete).toHaveProperty("detail.outputGroupDetails.0.outputDetails.2", {
      outputFilePaths: ["s3://out/hls/main_ja.m3u8"],
      durationInMs: 0,
    });
  });

  it("stay whole with LARGE_SEGMENTS", async () => {
    const large = streamJob({
      captions: FILES.slice(0, 1),
      captionSegments: "LARGE_SEGMENTS",
      destination: "s3://out/large/main",
    });
    expect(outcome(await aws.run(large))).toBe("COMPLETE");
    const { segments } = parse(await text("s3://out/large/main_ja.m3u8")) as types.MediaPlaylist;
    expect(segments.map(({ uri }) => uri)).toEqual(["main_ja_00001.vtt"]);
  });
});

it("are the same files for HLS and DASH in CMAF", async () => {
  expect(
    outcome(
      await aws.run(streamJob({ packaging: "cmaf", captions: FILES, destination: "s3://out/cmaf/main" })),
    ),
  ).toBe("COMPLETE");
  const { segments } = parse(await text("s3://out/cmaf/main_ja.m3u8")) as types.MediaPlaylist;
  expect(segments.map(({ uri }) => uri)).toEqual(["main_ja_000000001.vtt", "main_ja_000000002.vtt"]);
  const mpd = await text("s3://out/cmaf/main.mpd");
  expect(mpd).toContain(
    '<AdaptationSet mimeType="text/vtt" lang="ja"><Label>日本語</Label><Role schemeIdUri="urn:mpeg:dash:role:2011" value="subtitle"/>',
  );
  expect(mpd).toContain('media="main_ja_$Number%09d$.vtt" startNumber="1" timescale="1000"');
  expect(mpd).toContain('<Accessibility schemeIdUri="urn:mpeg:dash:role:2011" value="caption"/>');
  const complete = aws.events.findLast(({ detail }) => detail.status === "COMPLETE");
  expect(complete).toHaveProperty("detail.outputGroupDetails.0.outputDetails.2", { durationInMs: 0 });
});

it("become WebVTT if they are embedded in the picture", async () => {
  const lines = [
    { startSeconds: 2, endSeconds: 4, text: "Hello there" },
    { startSeconds: 5, endSeconds: 7, text: "Good bye." },
  ];
  await aws.put(await captionedClip(clips, "cea-608.mp4", 8, lines), "s3://raw/cea-608.mp4");
  const embedded = (name: string, channel: number): CaptionsShape => ({
    name,
    source: {
      SourceType: "EMBEDDED",
      EmbeddedSourceSettings: { Source608ChannelNumber: channel, Source608TrackNumber: 1 },
    },
  });
  const job = streamJob({
    input: "s3://raw/cea-608.mp4",
    captions: [embedded("en", 1), embedded("es", 3)],
    destination: "s3://out/608/main",
  });
  expect(outcome(await aws.run(job))).toBe("COMPLETE");
  expect(await cuesOf("s3://out/608/main_en_00001.vtt")).toEqual(["2 Hello there", "5 Good bye."]);
  expect(await cuesOf("s3://out/608/main_es_00001.vtt")).toEqual([]);
});

it("become WebVTT if they are in a track of their own, which EMBEDDED doesn't read", async () => {
  const lines = [{ startSeconds: 2, endSeconds: 4, text: "Hello there" }];
  await aws.put(await captionTrackClip(clips, "qtcc.mov", 8, lines), "s3://raw/qtcc.mov");
  const captions: CaptionsShape[] = [
    {
      name: "en",
      source: { SourceType: "ANCILLARY", AncillarySourceSettings: { SourceAncillaryChannelNumber: 1 } },
    },
    { name: "es", source: { SourceType: "EMBEDDED", EmbeddedSourceSettings: { Source608ChannelNumber: 1 } } },
  ];
  const job = streamJob({ input: "s3://raw/qtcc.mov", captions, destination: "s3://out/qtcc/main" });
  expect(outcome(await aws.run(job))).toBe("COMPLETE");
  expect(await cuesOf("s3://out/qtcc/main_en_00001.vtt")).toEqual(["2 Hello there"]);
  expect(await cuesOf("s3://out/qtcc/main_es_00001.vtt")).toEqual([]);
});

describe("a job with captions that can't be read", () => {
  const run = (SourceFile: string) => {
    const source = { SourceType: "WEBVTT" as const, FileSourceSettings: { SourceFile } };
    return aws.run(streamJob({ captions: [{ name: "ja", source }] }));
  };

  it("ends with 1404 if the file is missing", async () => {
    expect(await run("s3://raw/missing.vtt")).toMatchObject({ Status: "ERROR", ErrorCode: 1404 });
  });

  it("ends in ERROR with the reason if the file is of another format", async () => {
    await put("s3://raw/wrong.vtt", SRT);
    expect(await run("s3://raw/wrong.vtt")).toMatchObject({
      Status: "ERROR",
      ErrorMessage: expect.stringMatching(/\[s3:\/\/raw\/wrong.vtt\] as WEBVTT: \[The file doesn't begin/),
    });
  });
});

it("are read without encoding a video, too", async () => {
  const instant = await startService({ instant: true });
  try {
    await instant.put(__filename, "s3://raw/clip.mp4");
    await instant.put(aws.pathOf("s3://raw/film.ja.vtt"), "s3://raw/film.ja.vtt");
    const captions: CaptionsShape[] = [
      ...FILES.slice(0, 1),
      {
        name: "en",
        source: { SourceType: "EMBEDDED", EmbeddedSourceSettings: { Source608ChannelNumber: 1 } },
      },
    ];
    expect(outcome(await instant.run(streamJob({ captions })))).toBe("COMPLETE");
    expect(await readFile(instant.pathOf("s3://out/job/main_ja_00001.vtt"), "utf8")).toContain("東京");
    expect(await readFile(instant.pathOf("s3://out/job/main_en_00001.vtt"), "utf8")).toMatch(/^WEBVTT\n/);
  } finally {
    await instant.close();
  }
});
