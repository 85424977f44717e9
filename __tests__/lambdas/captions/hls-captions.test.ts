import {
  captionPlaylist,
  type StreamCaptions,
  segmentOf,
  startOf,
  withCaptions,
} from "../../../lambdas/captions/hls-captions";

const JAPANESE: StreamCaptions = {
  ...{ language: "ja", kind: "subtitles", uri: "captions/ja-1.m3u8" },
  isFromJob: false,
};
const VARIANTS = `#EXT-X-STREAM-INF:BANDWIDTH=2,CODECS="avc1.64000C,mp4a.40.2",RESOLUTION=320x180,AUDIO="aac"
main_360p.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=1,CODECS="avc1.64000C,mp4a.40.2",RESOLUTION=160x90,AUDIO="aac"
main_180p.m3u8
#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",NAME="Japanese",AUTOSELECT=YES,DEFAULT=YES,URI="main_audio-1.m3u8"
`;
const MANIFEST = `#EXTM3U\n#EXT-X-VERSION:4\n${VARIANTS}`;

describe("a multivariant playlist", () => {
  it("lists captions, none of them by default, and forced ones as such", () => {
    const playlist = withCaptions(MANIFEST, [
      JAPANESE,
      { language: "en", kind: "sdh", uri: "captions/en.m3u8", isFromJob: false },
      { language: "ja", kind: "forced", uri: "captions/forced.m3u8", isFromJob: false },
    ]);
    expect(playlist.match(/^#EXT-X-MEDIA:TYPE=SUBTITLES.*$/gm)).toEqual([
      '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="日本語",LANGUAGE="ja",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,URI="captions/ja-1.m3u8"',
      '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="English (SDH)",LANGUAGE="en",DEFAULT=NO,AUTOSELECT=YES,FORCED=NO,CHARACTERISTICS="public.accessibility.transcribes-spoken-dialog,public.accessibility.describes-music-and-sound",URI="captions/en.m3u8"',
      '#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="日本語 (forced)",LANGUAGE="ja",DEFAULT=NO,AUTOSELECT=YES,FORCED=YES,URI="captions/forced.m3u8"',
    ]);
    expect(playlist.match(/^#EXT-X-STREAM-INF:.*,SUBTITLES="subs"$/gm)).toHaveLength(2);
    expect(playlist).toContain("#EXT-X-MEDIA:TYPE=AUDIO");
  });

  it("is the same after the same edit, and as before once they are removed", () => {
    const once = withCaptions(MANIFEST, [JAPANESE]);
    expect(withCaptions(once, [JAPANESE])).toBe(once);
    expect(withCaptions(once, [])).toBe(MANIFEST);
  });

  describe("of a job with captions", () => {
    const entry = (name: string, uri: string) =>
      `#EXT-X-MEDIA:TYPE=SUBTITLES,GROUP-ID="subs",NAME="${name}",DEFAULT=YES,AUTOSELECT=YES,FORCED=NO,LANGUAGE="ja",URI="${uri}"\n`;
    const made = (...entries: string[]) =>
      MANIFEST.replaceAll(',AUDIO="aac"\nmain', ',AUDIO="aac",SUBTITLES="subs"\nmain') + entries.join("");
    const OWN: StreamCaptions = {
      ...{ language: "ja", kind: "forced", uri: "main_captions_ja-forced.m3u8" },
      isFromJob: true,
    };

    it("gets what MediaConvert can't say: that captions are forced, and not the default", () => {
      const manifest = made(entry("日本語 (forced)", OWN.uri));
      expect(withCaptions(manifest, [OWN])).toBe(withCaptions(MANIFEST, [{ ...OWN, isFromJob: false }]));
    });

    it("loses those that are replaced, and keeps those under names that aren't the pipeline's", () => {
      const other = entry("Other", "main_other.m3u8");
      const manifest = made(entry("日本語", "main_captions_ja.m3u8"), other);
      const edited = withCaptions(manifest, [JAPANESE]);
      expect(edited).toContain(other);
      expect(edited).toContain(JAPANESE.uri);
      expect(edited).not.toContain("main_captions_ja.m3u8");
    });

    it("lists none that MediaConvert hasn't written", () => {
      expect(withCaptions(MANIFEST, [OWN])).toBe(MANIFEST);
    });
  });
});

describe("the playlist of a caption file", () => {
  it("has it as its one segment, as long as the stream", () => {
    expect(captionPlaylist("ja-1.vtt", 63.2)).toMatch(
      /#EXT-X-TARGETDURATION:64\n[\s\S]*#EXTINF:63\.200,\nja-1\.vtt\n#EXT-X-ENDLIST\n$/,
    );
  });

  it("ties the file's time 0 to the start of the stream", () => {
    expect(segmentOf("WEBVTT\n\n00:01.000 --> 00:02.000\n夏\n", 126_000)).toBe(
      "WEBVTT\nX-TIMESTAMP-MAP=MPEGTS:126000,LOCAL:00:00:00.000\n\n00:01.000 --> 00:02.000\n夏\n",
    );
  });
});

describe("the start of a transport stream", () => {
  /** A packet that starts a payload. */
  const packet = (payload: readonly number[], adaptation: readonly number[] = []) => {
    const control = adaptation.length > 0 ? 0x30 : 0x10;
    const bytes = [0x47, 0x41, 0x00, control, ...adaptation, ...payload];
    return Buffer.concat([Buffer.from(bytes), Buffer.alloc(188 - bytes.length, 0xff)]);
  };
  // 2^32 + 2^15 + 1 ticks: a bit in each of the three parts.
  const PTS = [0x29, 0x00, 0x03, 0x00, 0x03];
  const AUDIO = packet([0, 0, 1, 0xc0, 0, 0, 0x80, 0x80, 5, 0x21, 0, 1, 0, 1]);
  const VIDEO = packet([0, 0, 1, 0xe0, 0, 0, 0x80, 0x80, 5, ...PTS], [2, 0x50, 0]);

  it("is the time of the first picture", () => {
    expect(startOf(Buffer.concat([packet([0]), AUDIO, VIDEO]))).toBe(2 ** 32 + 2 ** 15 + 1);
  });

  it("is unknown without a picture, or in another container", () => {
    expect(startOf(AUDIO)).toBeUndefined();
    expect(startOf(Buffer.from("\0\0\0\x18ftypmp42".padEnd(400, "x")))).toBeUndefined();
  });
});
