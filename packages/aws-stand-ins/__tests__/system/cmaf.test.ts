import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import type { Job } from "@aws-sdk/client-mediaconvert";
import { parseXML } from "@aws-sdk/xml-builder";
import { parse, type types } from "hls-parser";
import { type Clips, decode, inspect } from "../../testing/clips";
import { type ServiceUnderTest, startService, useService } from "../../testing/mediaconvert";
import { type StreamShape, streamJob } from "../../testing/stream-job";

let clips: Clips;
let aws: ServiceUnderTest;
useService((...started) => {
  [aws, clips] = started;
});

const SHAPE: StreamShape = {
  packaging: "cmaf",
  iFrames: true,
  sounds: [
    {
      name: "ja",
      tracks: [1],
      trackType: "ALTERNATE_AUDIO_AUTO_SELECT_DEFAULT",
      description: {
        LanguageCodeControl: "USE_CONFIGURED",
        CustomLanguageCode: "ja",
        StreamName: "Japanese",
      },
    },
    {
      name: "en",
      tracks: [2],
      description: { LanguageCodeControl: "FOLLOW_INPUT", StreamName: "English" },
    },
  ],
};

const hls = async <Playlist>(name: string) =>
  parse(await readFile(aws.pathOf(`s3://out/job/${name}.m3u8`), "utf8")) as Playlist;

interface Timeline {
  readonly media: string;
  readonly initialization: string;
  readonly timescale: string;
  readonly SegmentTimeline: { readonly S: readonly Entry[] | Entry };
}
type Entry = { readonly t: string; readonly d: string; readonly r?: string };
interface AdaptationSet {
  readonly mimeType: string;
  readonly lang?: string;
  readonly Label?: string;
  readonly Representation: readonly Representation[] | Representation;
}
interface Representation {
  readonly bandwidth: string;
  readonly codecs: string;
  readonly SegmentTemplate: Timeline;
}

const listOf = <Item>(items: readonly Item[] | Item): Item[] => [items].flat() as Item[];

async function adaptationSets(): Promise<AdaptationSet[]> {
  const { MPD } = parseXML(await readFile(aws.pathOf("s3://out/job/main.mpd"), "utf8"));
  return listOf(MPD.Period.AdaptationSet);
}

/** The files that a template names, and the seconds of each. */
function segmentsOf({ SegmentTemplate: { media, timescale, SegmentTimeline } }: Representation) {
  const lengths = listOf(SegmentTimeline.S).flatMap(({ d, r = "0" }) =>
    Array.from({ length: Number(r) + 1 }, () => Number(d) / Number(timescale)),
  );
  return lengths.map((seconds, index) => ({
    uri: media.replace("$Number%09d$", String(index + 1).padStart(9, "0")),
    seconds,
  }));
}

describe("a CMAF stream of a film in two languages", () => {
  let job: Job;
  beforeAll(async () => {
    const film = await clips.make(
      "film.mp4",
      ...[
        "-f",
        "lavfi",
        "-i",
        "testsrc2=s=320x180:r=30000/1001:d=13",
        "-f",
        "lavfi",
        "-i",
        "sine=f=440:d=13",
      ],
      ...["-f", "lavfi", "-i", "sine=f=880:d=13", "-map", "0", "-map", "1", "-map", "2"],
      ...["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p", "-c:a", "aac"],
      ...["-metadata:s:a:0", "language=jpn", "-metadata:s:a:1", "language=eng"],
    );
    await aws.put(film, "s3://raw/clip.mp4");
    job = await aws.run(streamJob(SHAPE));
    expect(`${job.Status} ${job.ErrorMessage ?? ""}`).toBe("COMPLETE ");
  });

  it("has a file of its own for each essence, named as the service names it", () => {
    const names = aws.written
      .map(({ uri }) => uri.replace("s3://out/job/", ""))
      .filter((uri) => !/:/.test(uri));
    const essence = (name: string, extension: string) => [
      `main_${name}.m3u8`,
      `main_${name}init.${extension}`,
      ...[1, 2, 3].map((index) => `main_${name}_00000000${index}.${extension}`),
    ];
    expect(names.sort()).toEqual(
      [
        ...["main.m3u8", "main.mpd", "main_90p_I-Frame.m3u8"],
        ...[...essence("180p", "cmfv"), ...essence("90p", "cmfv"), ...essence("ja", "cmfa")],
        ...essence("en", "cmfa"),
      ].sort(),
    );
    const types = new Map(aws.written.map(({ uri, contentType }) => [uri.split(".").at(-1), contentType]));
    expect(Object.fromEntries(types)).toMatchObject({
      cmfv: "video/mp4",
      cmfa: "audio/mp4",
      mpd: "application/dash+xml",
    });
  });

  it("has two manifests over the same segments, of the same lengths", async () => {
    const fromDash = (await adaptationSets()).flatMap(({ Representation }) =>
      listOf(Representation).flatMap(segmentsOf),
    );
    const playlists = await Promise.all(
      ["main_180p", "main_90p", "main_ja", "main_en"].map((name) => hls<types.MediaPlaylist>(name)),
    );
    const fromHls = playlists.flatMap(({ segments }) =>
      segments.map(({ uri, duration }) => ({ uri, duration })),
    );
    expect(fromDash.map(({ uri }) => uri)).toEqual(fromHls.map(({ uri }) => uri));
    for (const [index, { seconds }] of fromDash.entries())
      expect(seconds).toBeCloseTo(fromHls[index]?.duration ?? Number.NaN, 4);
    expect(playlists[0]).toMatchObject({ version: 6, endlist: true, targetDuration: 6 });
    expect(playlists[0]?.segments[0]?.duration).toBeCloseTo(6.006, 3);
    expect(playlists[0]?.segments[0]?.map?.uri).toBe("main_180pinit.cmfv");
  });

  it("decodes to its end from both manifests, sound included", async () => {
    // ffmpeg doesn't know the extensions of CMAF.
    for (const [manifest, ...options] of [["main.m3u8"], ["main.mpd", "-allowed_extensions", "ALL"]]) {
      const file = aws.pathOf(`s3://out/job/${manifest}`);
      expect(await decode(file, ...options)).toBe("");
      const { streams } = await inspect(file, ...options);
      expect(streams.map(({ codec_type }) => codec_type).sort()).toEqual([
        "audio",
        "audio",
        "video",
        "video",
      ]);
    }
  });

  it("says the measured bandwidth, the codecs and the range of the picture in the parent playlist", async () => {
    const { variants, version } = await hls<types.MasterPlaylist>("main");
    expect(version).toBe(6);
    const [variant] = variants;
    expect(variant).toMatchObject({ uri: "main_180p.m3u8", videoRange: "SDR" });
    expect(variant?.codecs).toMatch(/^avc1\.6400\w{2},mp4a\.40\.2$/);
    expect(variant?.bandwidth).toBeGreaterThanOrEqual(variant?.averageBandwidth ?? Number.NaN);
    expect(
      variant?.audio.map(({ uri, language, name, isDefault }) => [uri, language, name, isDefault]),
    ).toEqual([
      ["main_ja.m3u8", "ja", "Japanese", true],
      ["main_en.m3u8", "eng", "English", false],
    ]);
  });

  it("says language and label of each sound in the DASH manifest", async () => {
    const sets = await adaptationSets();
    expect(sets.map(({ mimeType, lang, Label }) => [mimeType, lang, Label])).toEqual([
      ["video/mp4", undefined, undefined],
      ["audio/mp4", "ja", "Japanese"],
      ["audio/mp4", "eng", "English"],
    ]);
    const bandwidths = listOf(sets[0]?.Representation ?? []).map(({ bandwidth }) => Number(bandwidth));
    const { variants } = await hls<types.MasterPlaylist>("main");
    expect(bandwidths[0]).toBeLessThan(variants[0]?.averageBandwidth ?? 0);
  });

  it("has segments whose times are those of the DASH manifest", async () => {
    const [set] = await adaptationSets();
    const [representation] = listOf(set?.Representation ?? []);
    if (!representation) throw new Error("no video");
    const { timescale, SegmentTimeline } = representation.SegmentTemplate;
    const [first] = listOf(SegmentTimeline.S);
    const second = (Number(first?.t) + Number(first?.d)) / Number(timescale);
    const init = await readFile(aws.pathOf("s3://out/job/main_180pinit.cmfv"));
    const segment = await readFile(aws.pathOf("s3://out/job/main_180p_000000002.cmfv"));
    const alone = join(clips.directory, "second.mp4");
    await writeFile(alone, Buffer.concat([init, segment]));
    const { packets } = await inspect(alone, "-show_packets", "-read_intervals", "%+#1");
    expect(Number(packets[0]?.pts_time)).toBeCloseTo(second, 3);
  });

  it("lists I-frames that decode alone", async () => {
    const { segments } = await hls<types.MediaPlaylist>("main_90p_I-Frame");
    expect(segments).toHaveLength(7);
    expect(segments[1]?.duration).toBeCloseTo(2.002, 3);
    const [, , , fourth] = segments;
    const init = await readFile(aws.pathOf("s3://out/job/main_90pinit.cmfv"));
    const bytes = await readFile(aws.pathOf(`s3://out/job/${fourth?.uri}`));
    const { offset = 0, length = 0 } = fourth?.byterange ?? {};
    const alone = join(clips.directory, "i-frame.mp4");
    await writeFile(alone, Buffer.concat([init, bytes.subarray(offset, offset + length)]));
    const { frames } = await inspect(alone, "-show_frames");
    expect(frames[0]).toMatchObject({ key_frame: 1, width: 160, height: 90 });
  });

  it("ends with the service's event, which lists the DASH manifest first and no output's path", () => {
    const complete = aws.events.find(({ detail }) => detail.jobId === job.Id && detail.status === "COMPLETE");
    const length = { durationInMs: expect.any(Number) };
    const picture = (widthInPx: number, heightInPx: number) => ({
      ...length,
      videoDetails: { widthInPx, heightInPx, averageBitrate: expect.any(Number) },
    });
    expect(complete).toHaveProperty("detail.outputGroupDetails.0", {
      type: "CMAF_GROUP",
      playlistFilePaths: ["s3://out/job/main.mpd", "s3://out/job/main.m3u8"],
      outputDetails: [picture(320, 180), picture(160, 90), length, length],
    });
  });
});

it("writes the same names and manifests without encoding", async () => {
  const instant = await startService({ instant: true });
  try {
    await instant.put(__filename, "s3://raw/clip.mp4");
    const [first] = SHAPE.sounds ?? [];
    const job = await instant.run(streamJob({ ...SHAPE, sounds: first ? [first] : [] }));
    expect(job.Status).toBe("COMPLETE");
    expect(instant.written.map(({ uri }) => uri)).toEqual(
      expect.arrayContaining([
        "s3://out/job/main_180pinit.cmfv",
        "s3://out/job/main_180p_000000001.cmfv",
        "s3://out/job/main_ja_000000001.cmfa",
      ]),
    );
    const master = await readFile(instant.pathOf("s3://out/job/main.m3u8"), "utf8");
    expect(master).toContain('CODECS="avc1.64001F,mp4a.40.2"');
    const mpd = await readFile(instant.pathOf("s3://out/job/main.mpd"), "utf8");
    expect(mpd).toContain("made without encoding");
    expect(parseXML(mpd).MPD).toMatchObject({ mediaPresentationDuration: "PT6S" });
  } finally {
    await instant.close();
  }
});
