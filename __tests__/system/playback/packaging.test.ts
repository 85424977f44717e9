import { readFile, writeFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Clips, decode, inspect, meanColor } from "aws-stand-ins/testing/clips";
import { type LocalServer, serve } from "aws-stand-ins/testing/local-server";
import { describeUnless } from "aws-stand-ins/testing/optional-tools";
import { parse, setOptions, types } from "hls-parser";
import type { JobReport } from "../../../local/cli/report";
import { temporaryFolder } from "../../temporary-folder";
import { runScript } from "../commands";
import { DevPipeline } from "../local/dev-pipeline";
import { jobsIn } from "../local/local-run";
import { ffmpeg } from "../sources/transcode-clip";
import { brokenAuthoringRules } from "./authoring-rules";
import { type Browser, findChromium, openBrowser } from "./chromium";

const chromium = findChromium(process.env);
const lacks = chromium ? [] : ["no chromium on PATH, nor at CHROMIUM_PATH"];
const folder = temporaryFolder();

const SECONDS = 13;
const picture = ["-f", "lavfi", "-i", `testsrc2=s=320x180:r=25:d=${SECONDS}`];
const tone = (hertz: number, gain = "0dB") => [
  ...["-f", "lavfi", "-i", `sine=${hertz}:d=${SECONDS},volume=${gain}`],
];
const video = ["-c:v", "libx264", "-preset", "ultrafast", "-pix_fmt", "yuv420p"];

/** Another color every second. */
const colors = [
  "-f",
  "lavfi",
  "-i",
  `color=red:s=320x180:r=25:d=${SECONDS},hue=H=floor(t)*2*PI*5/${SECONDS}`,
];

/** ffmpeg's arguments, by file name. */
const CLIPS = {
  "languages.mp4": [
    ...[
      ...colors,
      ...tone(440, "12dB"),
      ...tone(880, "-18dB"),
      "-map",
      "0:v",
      "-map",
      "1:a",
      "-map",
      "2:a",
      ...video,
    ],
    ...["-c:a", "aac", "-disposition:a:0", "0", "-disposition:a:1", "default"],
    ...["-metadata:s:a:0", "language=eng", "-metadata:s:a:1", "language=jpn"],
  ],
  "surround.mp4": [...picture, ...tone(440), ...video, "-c:a", "aac", "-ac", "6"],
  "mono.mov": [
    ...[...picture, ...tone(440), ...tone(880), "-map", "0:v", "-map", "1:a", "-map", "2:a", ...video],
    ...["-c:a", "pcm_s16le", "-ac", "1"],
  ],
};
/** Captions next to a clip. */
const SIDECARS = {
  "languages.ja.vtt": "WEBVTT\n\n00:01.000 --> 00:04.000\n<ruby>夏祭<rt>なつまつ</rt></ruby>りへようこそ\n",
  "languages.en.sdh.srt": "1\n00:00:01,000 --> 00:00:04,000\n[Music] Welcome\n",
  "languages.ja.forced.vtt": "WEBVTT\n\n00:08.000 --> 00:09.000\n出口\n",
  "languages.en.vtt": "WEBVTT\n\n00:01.000 --> 00:04.000\nWelcome\n",
};
type Name = keyof typeof CLIPS;
const NAMES = Object.keys(CLIPS) as Name[];

let clips: Clips;
const files: string[] = [];
beforeAll(async () => {
  setOptions({ strictMode: true });
  clips = await Clips.create();
  for (const name of NAMES) files.push(await clips.make(name, ...CLIPS[name]));
  for (const [name, text] of Object.entries(SIDECARS)) {
    await writeFile(join(clips.directory, name), text);
    files.push(join(clips.directory, name));
  }
}, 300_000);
afterAll(async () => {
  setOptions({ strictMode: false });
  await clips.remove();
});

const TARGET_LKFS = -24;
const settingsWith = (packaging: string) => ({
  PACKAGING: packaging,
  SURROUND: "keep",
  LOUDNESS_TARGET_LKFS: String(TARGET_LKFS),
});

/** What `npm start -- --json` reports of the clips. */
async function run(packaging: string): Promise<Map<string, JobReport>> {
  const data = join(folder, packaging);
  const outcome = await runScript("local/cli/start.ts", ["--json", "--data", data, ...files], {
    env: { ...process.env, ...settingsWith(packaging) },
  });
  if (outcome.status !== 0) throw new Error(outcome.stderr);
  return new Map(jobsIn(outcome).map((job) => [job.input.key, job]));
}

/** The multivariant playlist, and the media playlists by their URI in it. */
async function playlistsOf(manifest: string) {
  const master = parse(await readFile(manifest, "utf8"));
  if (!(master instanceof types.MasterPlaylist)) throw new Error(`${manifest} isn't multivariant.`);
  const uris = master.variants.flatMap(({ uri, audio, subtitles }) => [
    uri,
    ...[...audio, ...subtitles].flatMap((each) => each.uri ?? []),
  ]);
  const entries = [...new Set(uris)].map(async (uri) => {
    const text = await readFile(join(dirname(manifest), uri), "utf8");
    return [uri, parse(text) as types.MediaPlaylist] as const;
  });
  return { master, playlists: new Map(await Promise.all(entries)) };
}

/** The files of an HLS stream's picture and sound. */
async function filesOfHls(manifest: string): Promise<string[]> {
  const { master, playlists } = await playlistsOf(manifest);
  const iFrames = master.variants.filter(({ isIFrameOnly }) => isIFrameOnly).map(({ uri }) => uri);
  const texts = master.variants.flatMap(({ subtitles }) => subtitles.map(({ uri }) => uri));
  const streams = [...playlists].filter(([uri]) => !iFrames.includes(uri) && !texts.includes(uri));
  const names = streams.flatMap(([, { segments }]) =>
    segments.flatMap(({ uri, map }) => (map ? [uri, map.uri] : [uri])),
  );
  return [...new Set(names)].sort();
}

/** The files of a DASH stream's picture and sound. */
async function filesOfDash(manifest: string): Promise<string[]> {
  const text = await readFile(manifest, "utf8");
  const sets = [...text.matchAll(/<AdaptationSet mimeType="(?:video|audio)\/mp4"[\s\S]*?<\/AdaptationSet>/g)];
  return sets
    .flatMap(([set]) => [...set.matchAll(/<SegmentTemplate ([^>]*)>([\s\S]*?)<\/SegmentTemplate>/g)])
    .flatMap(([, attributes = "", timeline = ""]) => {
      const of = (name: string) => new RegExp(`\\b${name}="([^"]*)"`).exec(attributes)?.[1] ?? "";
      const repeats = [...timeline.matchAll(/<S [^>]*?(?:r="(\d+)")?\s*\/>/g)];
      const count = repeats.reduce((sum, [, repeat = "0"]) => sum + 1 + Number(repeat), 0);
      const segments = Array.from({ length: count }, (_, index) =>
        of("media").replace("$Number%09d$", String(index + Number(of("startNumber"))).padStart(9, "0")),
      );
      return [of("initialization"), ...segments];
    })
    .sort();
}

/** Of a tone in samples of 16 bits. */
function hertzOf(samples: Buffer, rate: number): number {
  const values = new Int16Array(samples.buffer, samples.byteOffset, samples.length >> 1);
  const crossings = values.filter((value, index) => index > 0 && value >= 0 && Number(values[index - 1]) < 0);
  return (crossings.length * rate) / values.length;
}

/** In LUFS, of a whole track. https://ffmpeg.org/ffmpeg-filters.html#ebur128-1 */
async function loudnessOf(file: string, track = 0): Promise<number> {
  const input = ["-allowed_extensions", "ALL", "-i", file, "-map", `0:a:${track}`];
  const options = file.endsWith(".m3u8") ? input : input.slice(2);
  const { stderr } = await ffmpeg("-nostats", ...options, "-af", "ebur128", "-f", "null", "-");
  return Number([...stderr.matchAll(/I:\s+(-?[\d.]+) LUFS/g)].at(-1)?.[1]);
}

interface Played {
  readonly ended: boolean;
  readonly currentTime: number;
  readonly offered: readonly object[];
  readonly started: string;
  readonly current: string;
  /** Names of outputs of sound, and null for files of the picture. */
  readonly before: readonly (string | null)[];
  readonly after: readonly (string | null)[];
}

describe.each(["cmaf", "hls"])("PACKAGING=%s", (packaging) => {
  let jobs: Map<string, JobReport>;
  const jobOf = (name: Name) => jobs.get(name) as JobReport;
  const manifestOf = (name: Name) => String(jobOf(name).files.hlsManifest);

  let browser: Browser | undefined;
  let media: LocalServer;
  let pages: LocalServer;
  beforeAll(async () => {
    jobs = await run(packaging);
    media = await serveFolder(join(folder, packaging, "s3"));
    pages = await servePages();
    browser = chromium === undefined ? undefined : await openBrowser(chromium);
  }, 600_000);
  afterAll(() => Promise.all([browser?.close(), media.close(), pages.close()]));

  it("reports the manifests that it writes, as URLs and as files", () => {
    for (const name of NAMES) {
      const { outputs, files: found } = jobOf(name);
      expect(outputs.hlsManifest).toMatch(/^s3:.*\/main\.m3u8$/);
      expect(found.hlsManifest).toMatch(/\/main\.m3u8$/);
      if (packaging === "hls") expect([outputs.dashManifest, found.dashManifest]).toEqual([null, null]);
      else
        expect([outputs.dashManifest, found.dashManifest]).toEqual([
          expect.stringMatching(/^s3:.*\/main\.mpd$/),
          expect.stringMatching(/\/main\.mpd$/),
        ]);
    }
  });

  it("has complete renditions in the row", () => {
    expect(jobOf("languages.mp4").row?.renditions).toEqual([
      {
        name: "234p",
        playlist: expect.stringMatching(/\/main_234p\.m3u8$/),
        widthPx: 320,
        heightPx: 180,
        averageBitrateBps: expect.any(Number),
      },
    ]);
  });

  it("keeps both languages, and starts with the second, the default of the file", () => {
    const playlist = (name: string) => expect.stringMatching(new RegExp(`/main_${name}\\.m3u8$`));
    expect(jobOf("languages.mp4").row?.outputs).toMatchObject({
      audio: [
        { title: "English", language: "en", channels: 2, default: false, playlist: playlist("audio1") },
        { title: "日本語", language: "ja", channels: 2, default: true, playlist: playlist("audio2") },
      ],
    });
  });

  it("offers 5.1 as stereo, and as 5.1 beside it", async () => {
    const { master } = await playlistsOf(manifestOf("surround.mp4"));
    const [variant] = master.variants;
    expect(variant?.audio.map(({ name, channels }) => [name, channels])).toEqual([
      ["Audio 1", "2"],
      ["Audio 1 Surround", "6"],
    ]);
    const { streams } = await inspect(join(dirname(manifestOf("surround.mp4")), "main_audio1_surround.m3u8"));
    expect(streams).toMatchObject([{ channels: 6 }]);
  });

  it("makes one stereo sound of two mono tracks, the first to the left", async () => {
    expect(jobOf("mono.mov").row?.outputs).toMatchObject({ audio: [{ channels: 2, default: true }] });
    const audible = async (channel: "FL" | "FR") => {
      const pan = ["-map", "0:a", "-af", `pan=mono|c0=${channel}`, "-ar", "48000", "-f", "s16le", "-"];
      const { stdout } = await ffmpeg(
        "-v",
        "error",
        "-allowed_extensions",
        "ALL",
        "-i",
        manifestOf("mono.mov"),
        ...pan,
      );
      return hertzOf(stdout, 48_000);
    };
    expect(Math.abs((await audible("FL")) - 440)).toBeLessThan(10);
    expect(Math.abs((await audible("FR")) - 880)).toBeLessThan(10);
  });

  it("brings each sound to the loudness of the settings", async () => {
    const distance = async (file: string, track?: number) =>
      Math.abs((await loudnessOf(file, track)) - TARGET_LKFS);
    for (const track of [0, 1]) {
      expect(await distance(files[0] ?? "", track)).toBeGreaterThan(10);
      const made = join(dirname(manifestOf("languages.mp4")), `main_audio${track + 1}.m3u8`);
      expect(await distance(made)).toBeLessThan(1.5);
    }
  });

  it("takes the captions next to a clip, none of them by default", async () => {
    const { master } = await playlistsOf(manifestOf("languages.mp4"));
    const offered = master.variants[0]?.subtitles.map(({ language, name, isDefault, forced }) => [
      ...[language, name, isDefault, forced],
    ]);
    expect(offered).toHaveLength(4);
    expect(offered).toEqual(
      expect.arrayContaining([
        ["en", "English", false, false],
        ["en", "English (SDH)", false, false],
        ["ja", "日本語", false, false],
        ["ja", "日本語 (forced)", false, true],
      ]),
    );
  });

  it("has the picture of each time on its storyboard", async () => {
    const storyboard = String(jobOf("languages.mp4").files.storyboard);
    const cues = [...(await readFile(storyboard, "utf8")).matchAll(/^(.+) --> .+\n(.+)#xywh=([\d,]+)$/gm)];
    expect(cues.map(([, start]) => start).slice(0, 2)).toEqual(["00:00:00.000", "00:00:01.000"]);
    for (const seconds of [2, 10]) {
      const [, , sheet = "", place = ""] = cues[seconds] ?? [];
      const [x, y, width, height] = place.split(",");
      const crop = `crop=${width}:${height}:${x}:${y}`;
      const tile = ["-i", join(dirname(storyboard), sheet), "-vf", crop, "-frames:v", "1"];
      const shown = await meanColor(await clips.make(`${packaging}-tile-${seconds}.png`, ...tile));
      const frame = async (at: number) => {
        const one = ["-ss", String(at + 0.5), "-i", files[0] ?? "", "-frames:v", "1"];
        return meanColor(await clips.make(`${packaging}-frame-${at}.png`, ...one));
      };
      const difference = (other: readonly number[]) =>
        Math.max(...shown.map((value, index) => Math.abs(value - (other[index] ?? 0))));
      expect(difference(await frame(seconds))).toBeLessThan(16);
      expect(difference(await frame(seconds + 1))).toBeGreaterThan(40);
    }
  });

  it("has playlists that a strict parser accepts, and that keep Apple's rules of groups", async () => {
    for (const name of NAMES) {
      const { master, playlists } = await playlistsOf(manifestOf(name));
      expect([name, brokenAuthoringRules(master, playlists)]).toEqual([name, []]);
    }
  });

  it("stores each sound once, and decodes without a complaint", async () => {
    for (const name of NAMES) {
      expect(await decode(manifestOf(name), "-allowed_extensions", "ALL")).toBe("");
    }
    const sounds = (await filesOfHls(manifestOf("languages.mp4"))).filter((file) => file.includes("audio"));
    const numbers = sounds.filter((file) => /_0+\d\./.test(file)).map((file) => file.split("_")[1]);
    expect(numbers).toEqual(["audio1", "audio1", "audio1", "audio2", "audio2", "audio2"]);
  });

  if (packaging === "cmaf") {
    it("names the same files in both manifests, and ffprobe reads both", async () => {
      for (const name of NAMES) {
        const { dashManifest } = jobOf(name).files;
        expect(await filesOfDash(String(dashManifest))).toEqual(await filesOfHls(manifestOf(name)));
        for (const manifest of [manifestOf(name), String(dashManifest)]) {
          const { streams } = await inspect(manifest, "-allowed_extensions", "ALL");
          expect(streams.map(({ codec_name }) => codec_name)).toEqual(
            expect.arrayContaining(["h264", "aac"]),
          );
        }
      }
    });
  }

  const play = async <Result = Played>(call: string): Promise<Result> => {
    await browser?.page.goto(pages.url);
    return (await browser?.page.evaluate(call)) as Result;
  };
  const urlOf = (file: string | null) =>
    JSON.stringify(media.url + String(file).slice(join(folder, packaging, "s3").length));

  describeUnless(lacks, "in headless Chromium", () => {
    it("plays HLS to its end with hls.js, and switches the language", async () => {
      const played = await play(`playHls(${urlOf(manifestOf("languages.mp4"))}, "en")`);
      expect(played).toMatchObject({ ended: true, started: "ja", current: "en" });
      expect(played.currentTime).toBeCloseTo(SECONDS, 0);
      expect(played.offered).toMatchObject([
        { language: "en", name: "English", channels: "2" },
        { language: "ja", name: "Japanese", channels: "2" },
      ]);
      expect(played.before).toContain("audio2");
      expect(played.before).not.toContain("audio1");
      expect(played.after).toContain("audio1");
    });

    it.each(["surround.mp4", "mono.mov"] as const)("plays %s to its end with hls.js", async (name) => {
      const played = await play(`playHls(${urlOf(manifestOf(name))})`);
      expect(played.ended).toBe(true);
      expect(played.currentTime).toBeCloseTo(SECONDS, 0);
    });

    it("shows Japanese captions with ruby on the picture in hls.js", async () => {
      const html = await play<string>(`showHlsCaptions(${urlOf(manifestOf("languages.mp4"))}, "ja", 2)`);
      expect(html).toBe("<ruby>夏祭<rt>なつまつ</rt></ruby>りへようこそ");
      const drawn = async () =>
        String(await (await browser?.page.$("div"))?.screenshot({ encoding: "base64" }));
      const shown = await drawn();
      await browser?.page.evaluate("hideHlsCaptions()");
      const hidden = await drawn();
      expect(shown).not.toBe(hidden);
      expect(await drawn()).toBe(hidden);
    });

    if (packaging === "cmaf") {
      it("shows Japanese captions with ruby in the page by Shaka Player", async () => {
        const manifest = urlOf(jobOf("languages.mp4").files.dashManifest);
        const { text, ruby, width, height } = await play<Record<string, unknown>>(
          `showDashCaptions(${manifest}, "ja", 2)`,
        );
        expect(text).toBe("夏祭なつまつりへようこそ");
        expect(String(ruby).replace(/\s/g, "")).toBe("夏祭なつまつ");
        expect(width).toBeGreaterThan(10);
        expect(height).toBeGreaterThan(10);
      });

      it("plays DASH to its end with Shaka Player, and switches the language", async () => {
        const manifest = urlOf(jobOf("languages.mp4").files.dashManifest);
        const played = await play(`playDash(${manifest}, "en", "ja")`);
        expect(played).toMatchObject({ ended: true, started: "ja", current: "en" });
        expect(played.currentTime).toBeCloseTo(SECONDS, 0);
        expect(played.offered).toHaveLength(2);
        expect(played.before).toContain("audio2");
        expect(played.before).not.toContain("audio1");
        expect(played.after).toContain("audio1");
      });
    }
  });

  describe("after captions are replaced, added and removed", () => {
    let before: string[];
    const offeredInHls = async () => {
      const { master } = await playlistsOf(manifestOf("languages.mp4"));
      return master.variants.flatMap(({ subtitles }) => subtitles.map(({ name }) => name)).sort();
    };
    beforeAll(async () => {
      before = await offeredInHls();
      const pipeline = await DevPipeline.startWith(settingsWith(packaging), join(folder, packaging));
      const change = async (verb: string, ...parameters: string[]) => {
        const command = ["captions", verb, "languages.mp4", ...parameters, "--local", pipeline.endpointUrl];
        const { status, stderr } = await runScript("operator/main.ts", command);
        if (status !== 0) throw new Error(stderr);
      };
      const japanese = join(folder, `${packaging}.vtt`);
      await writeFile(japanese, SIDECARS["languages.ja.vtt"].replace("夏祭", "秋祭").replace("なつ", "あき"));
      try {
        await change("add", japanese, "--language", "ja");
        await change("add", join(clips.directory, "languages.en.vtt"), "--language", "en-TT");
        await change("remove", "--language", "en", "--sdh", "--yes");
      } finally {
        await pipeline.interrupt();
      }
    }, 300_000);

    it("offers the new choice in place of the removed one, in each manifest", async () => {
      const after = ["English", "English (Trinidad & Tobago)", "日本語", "日本語 (forced)"];
      expect(before).toEqual(["English", "English (SDH)", "日本語", "日本語 (forced)"]);
      expect(await offeredInHls()).toEqual(after);
      if (packaging === "hls") return;
      const manifest = String(jobOf("languages.mp4").files.dashManifest);
      // Unlike Shaka Player, ffprobe accepts nothing but well-formed XML.
      expect((await inspect(manifest, "-allowed_extensions", "ALL")).streams).not.toEqual([]);
      const mpd = await readFile(manifest, "utf8");
      const sets = mpd.match(/<AdaptationSet mimeType="text\/vtt"[\s\S]*?<\/AdaptationSet>/g) ?? [];
      const labels = sets.map((set) => /<Label>(.*)<\/Label>/.exec(set)?.[1]?.replace("&amp;", "&"));
      expect(labels.sort()).toEqual(after);
    });

    it("has playlists that a strict parser accepts, and that keep Apple's rules of groups", async () => {
      const { master, playlists } = await playlistsOf(manifestOf("languages.mp4"));
      expect(brokenAuthoringRules(master, playlists)).toEqual([]);
    });

    describeUnless(lacks, "in headless Chromium", () => {
      it("shows the new captions in hls.js", async () => {
        const html = await play<string>(`showHlsCaptions(${urlOf(manifestOf("languages.mp4"))}, "ja", 2)`);
        expect(html).toBe("<ruby>秋祭<rt>あきまつ</rt></ruby>りへようこそ");
      });

      if (packaging === "cmaf") {
        it("shows the new captions, and others that the job made, by Shaka Player", async () => {
          const manifest = urlOf(jobOf("languages.mp4").files.dashManifest);
          const shown = (language: string) =>
            play<Record<string, unknown>>(`showDashCaptions(${manifest}, "${language}", 2)`);
          expect(await shown("ja")).toMatchObject({ text: "秋祭あきまつりへようこそ" });
          expect(await shown("en-TT")).toMatchObject({ text: "Welcome" });
          expect(await shown("en")).toMatchObject({ text: "Welcome" });
        });

        it("plays DASH to its end with Shaka Player", async () => {
          const manifest = urlOf(jobOf("languages.mp4").files.dashManifest);
          expect(await play(`playDash(${manifest}, "en", "ja")`)).toMatchObject({ ended: true });
        });
      }
    });
  });
});

/** A website's own player. */
async function servePages(): Promise<LocalServer> {
  const scripts = new Map([
    ["/hls.js", await readFile(require.resolve("hls.js/dist/hls.min.js"))],
    ["/shaka-player.js", await readFile(require.resolve("shaka-player/dist/shaka-player.compiled.js"))],
  ]);
  const page = await readFile(join(__dirname, "website-player.html"));
  return serve(({ url = "" }, response) => {
    const script = scripts.get(url);
    if (script) return response.setHeader("content-type", "text/javascript").end(script);
    if (url !== "/") return response.writeHead(404).end();
    return response.setHeader("content-type", "text/html").end(page);
  });
}

/** Files for pages of any origin. */
function serveFolder(root: string): Promise<LocalServer> {
  return serve(({ url = "" }, response) => {
    response.setHeader("access-control-allow-origin", "*");
    readFile(join(root, decodeURIComponent(url))).then(
      (content) => response.end(content),
      () => response.writeHead(404).end(),
    );
  });
}
