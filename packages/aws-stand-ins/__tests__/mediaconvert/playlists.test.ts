import {
  avcCodec,
  averageBitrate,
  iFramePlaylist,
  masterPlaylist,
  mediaPlaylist,
  peakBitrate,
} from "../../mediaconvert/playlists";

const segment = (seconds: number, bytes = 75_000) => ({
  uri: "s3://out/a b/100% + 夏_00001.ts",
  seconds,
  bytes,
});

it("writes a media playlist with the service's header, and percent-encodes names", () => {
  expect(mediaPlaylist([segment(6), segment(2.002)])).toBe(`#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:6
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-PLAYLIST-TYPE:VOD
#EXTINF:6,
100%25%20%2B%20%E5%A4%8F_00001.ts
#EXTINF:2.002,
100%25%20%2B%20%E5%A4%8F_00001.ts
#EXT-X-ENDLIST
`);
});

it.each([
  [6.006, 6],
  [0.2, 1],
])("rounds the target duration of a longest segment of %p s to %p", (seconds, target) => {
  expect(mediaPlaylist([segment(0.1), segment(seconds), segment(0.1)])).toContain(
    `#EXT-X-TARGETDURATION:${target}\n`,
  );
});

it("lists variants in the job's order in a master playlist, the remark first", () => {
  const variant = (uri: string) => ({
    uri,
    segments: [segment(6)],
    codecs: ["avc1.64000C", "mp4a.40.2"],
    size: { width: 320, height: 180 },
    frameRate: { numerator: 30_000, denominator: 1001 },
  });
  const attributes =
    'BANDWIDTH=100000,AVERAGE-BANDWIDTH=100000,CODECS="avc1.64000C,mp4a.40.2",RESOLUTION=320x180,FRAME-RATE=29.970';
  expect(
    masterPlaylist([variant("s3://out/main_b.m3u8"), variant("s3://out/main_a.m3u8")], { remark: "a test" }),
  ).toBe(`#EXTM3U
# a test
#EXT-X-VERSION:3
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-STREAM-INF:${attributes}
main_b.m3u8
#EXT-X-STREAM-INF:${attributes}
main_a.m3u8
`);
});

it("lists a variant's I-frames after it, and denies captions for the variant alone", () => {
  const variant = {
    uri: "s3://out/main.m3u8",
    segments: [segment(6)],
    codecs: ["avc1.64000C", "mp4a.40.2"],
    size: { width: 320, height: 180 },
    frameRate: { numerator: 25, denominator: 1 },
    iFrames: {
      uri: "s3://out/main_I-Frame.m3u8",
      segments: [
        { ...segment(2, 1000), offset: 376 },
        { ...segment(4, 3000), offset: 9400 },
      ],
    },
  };
  expect(masterPlaylist([variant], { deniesCaptions: true })).toBe(`#EXTM3U
#EXT-X-VERSION:4
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-STREAM-INF:BANDWIDTH=100000,AVERAGE-BANDWIDTH=100000,CODECS="avc1.64000C,mp4a.40.2",RESOLUTION=320x180,FRAME-RATE=25.000,CLOSED-CAPTIONS=NONE
main.m3u8
#EXT-X-I-FRAME-STREAM-INF:BANDWIDTH=6000,AVERAGE-BANDWIDTH=5334,URI="main_I-Frame.m3u8",CODECS="avc1.64000C",RESOLUTION=320x180
`);
  expect(iFramePlaylist(variant.iFrames.segments)).toBe(`#EXTM3U
#EXT-X-VERSION:4
#EXT-X-TARGETDURATION:4
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-PLAYLIST-TYPE:VOD
#EXT-X-I-FRAMES-ONLY
#EXTINF:2,
#EXT-X-BYTERANGE:1000@376
100%25%20%2B%20%E5%A4%8F_00001.ts
#EXTINF:4,
#EXT-X-BYTERANGE:3000@9400
100%25%20%2B%20%E5%A4%8F_00001.ts
#EXT-X-ENDLIST
`);
});

describe("the bandwidth", () => {
  const calm = segment(6, 6000);

  it("is that of the most expensive segment", () => {
    expect(peakBitrate([calm, segment(6, 9000), calm])).toBe(12_000);
    expect(averageBitrate([calm, segment(6, 9000), calm])).toBe(9334);
  });

  it("counts a short last segment only together with the one before", () => {
    expect(peakBitrate([calm, segment(0.5, 5000)])).toBe(Math.ceil((11_000 * 8) / 6.5));
  });

  it("of a very short video is its average", () => {
    expect(peakBitrate([segment(0.3, 1000)])).toBe(Math.ceil(8000 / 0.3));
  });
});

it("reads the codec string from the stream's own parameters", () => {
  const stream = Buffer.from("4740001000000001 09f0 00000001 67 64001f acd9".replaceAll(" ", ""), "hex");
  expect(avcCodec(stream)).toBe("avc1.64001F");
  expect(avcCodec(Buffer.alloc(188))).toBeUndefined();
});
