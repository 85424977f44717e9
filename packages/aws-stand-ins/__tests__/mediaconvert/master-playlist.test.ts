import { masterPlaylist } from "../../mediaconvert/master-playlist";
import type { AudioRendition, Variant } from "../../mediaconvert/renditions";

const segment = (seconds: number, bytes: number) => ({ uri: "s3://out/s", seconds, bytes });

const VARIANT: Variant = {
  kind: "variant",
  uri: "s3://out/main_b.m3u8",
  segments: [segment(6, 75_000)],
  codecs: ["avc1.64000C", "mp4a.40.2"],
  size: { width: 320, height: 180 },
  frameRate: { numerator: 30_000, denominator: 1001 },
  maxBitrate: 500_000,
  audioSets: [],
};
const ATTRIBUTES =
  'BANDWIDTH=100000,AVERAGE-BANDWIDTH=100000,CODECS="avc1.64000C,mp4a.40.2",RESOLUTION=320x180,FRAME-RATE=29.970';

it("lists variants in the job's order, the remark first", () => {
  const variants = [VARIANT, { ...VARIANT, uri: "s3://out/main a.m3u8" }];
  expect(masterPlaylist({ variants, renditions: [], version: 3, remark: "a test" })).toBe(`#EXTM3U
# a test
#EXT-X-VERSION:3
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-STREAM-INF:${ATTRIBUTES}
main_b.m3u8
#EXT-X-STREAM-INF:${ATTRIBUTES}
main%20a.m3u8
`);
});

it("lists a variant's I-frames after it, and denies captions for the variant alone", () => {
  const segments = [
    { ...segment(2, 1000), offset: 376 },
    { ...segment(4, 3000), offset: 9400 },
  ];
  const variants = [{ ...VARIANT, iFrames: { uri: "s3://out/main_I-Frame.m3u8", segments } }];
  expect(masterPlaylist({ variants, renditions: [], version: 3, deniesCaptions: true })).toBe(`#EXTM3U
#EXT-X-VERSION:4
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-STREAM-INF:${ATTRIBUTES},CLOSED-CAPTIONS=NONE
main_b.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=6000,AVERAGE-BANDWIDTH=5334,CODECS="avc1.64000C",RESOLUTION=320x180,URI="main_I-Frame.m3u8"
`);
});

describe("audio renditions", () => {
  const japanese: AudioRendition = {
    kind: "audio",
    uri: "s3://out/main_ja.m3u8",
    segments: [segment(6, 48_000)],
    codec: "mp4a.40.2",
    group: "aac",
    language: "ja",
    name: "Japanese",
    isDefault: true,
    autoSelect: true,
    channels: 2,
  };
  const surround: AudioRendition = {
    ...japanese,
    uri: "s3://out/main_51.m3u8",
    segments: [segment(6, 300_000)],
    group: "surround",
    language: undefined,
    name: undefined,
    isDefault: false,
    channels: 6,
  };
  const text = masterPlaylist({
    variants: [{ ...VARIANT, codecs: ["avc1.64000C"], audioSets: ["aac", "surround"] }],
    renditions: [japanese, surround],
    version: 3,
  });

  it("follow the variants, under the service's name if they have none", () => {
    expect(text.split("\n").slice(-3, -1)).toEqual([
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="aac",LANGUAGE="ja",NAME="Japanese",AUTOSELECT=YES,DEFAULT=YES,CHANNELS="2",URI="main_ja.m3u8"',
      '#EXT-X-MEDIA:TYPE=AUDIO,GROUP-ID="surround",NAME="Alternate Audio",AUTOSELECT=YES,DEFAULT=NO,CHANNELS="6",URI="main_51.m3u8"',
    ]);
  });

  it("make a variant for each of its groups, whose bandwidth includes their sound", () => {
    const variants = text.split("\n").filter((line) => line.startsWith("#EXT-X-STREAM-INF"));
    expect(variants).toEqual([
      expect.stringMatching(
        /BANDWIDTH=164000,AVERAGE-BANDWIDTH=164000,CODECS="avc1.64000C,mp4a.40.2".*,AUDIO="aac"$/,
      ),
      expect.stringMatching(/BANDWIDTH=500000,.*,AUDIO="surround"$/),
    ]);
  });
});
