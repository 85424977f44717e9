import {
  avcCodec,
  averageBitrate,
  masterPlaylist,
  mediaPlaylist,
  peakBitrate,
  segmentsOf,
  targetDuration,
} from "../../mediaconvert/playlists";

const HLS = { destination: "s3://out/a b/main", segmentLength: 6, minSegmentLength: 0 };
const URIS = {
  manifest: "s3://out/a b/main.m3u8",
  playlist: "s3://out/a b/main_1.m3u8",
  prefix: "s3://out/a b/100% + 夏_",
};

test("a media playlist has the service's header, whole seconds bare, and names percent-encoded", () => {
  const segments = [
    { seconds: 6, bytes: 1 },
    { seconds: 2.002, bytes: 1 },
  ];
  expect(mediaPlaylist(URIS, segments, HLS)).toBe(`#EXTM3U
#EXT-X-VERSION:3
#EXT-X-TARGETDURATION:7
#EXT-X-MEDIA-SEQUENCE:1
#EXT-X-PLAYLIST-TYPE:VOD
#EXTINF:6,
100%25%20%2B%20%E5%A4%8F_00001.ts
#EXTINF:2.002,
100%25%20%2B%20%E5%A4%8F_00002.ts
#EXT-X-ENDLIST
`);
});

test("integer durations are rounded", () => {
  const text = mediaPlaylist(URIS, [{ seconds: 6.006, bytes: 1 }], {
    ...HLS,
    manifestDurationFormat: "INTEGER",
  });
  expect(text).toContain("#EXTINF:6,\n");
});

test.each([
  ["LEGACY" as const, 6, 7],
  ["LEGACY" as const, 6.006, 7],
  ["SPEC_COMPLIANT" as const, 6.006, 6],
  ["SPEC_COMPLIANT" as const, 0.2, 1],
])("the target duration in %s of a longest segment of %p s is %p", (mode, seconds, target) => {
  const short = { seconds: 0.1, bytes: 1 };
  expect(targetDuration([short, { seconds, bytes: 1 }, short], mode)).toBe(target);
});

test("a master lists its variants in order, sound alone without a resolution", () => {
  const segments = [{ seconds: 6, bytes: 75_000 }];
  const picture = { width: 320, height: 180, frameRate: { numerator: 30_000, denominator: 1001 } };
  const text = masterPlaylist([
    {
      uri: "s3://out/main_b.m3u8",
      segments,
      targetSeconds: 7,
      codecs: ["avc1.64000C", "mp4a.40.2"],
      picture,
    },
    { uri: "s3://out/main_a.m3u8", segments, targetSeconds: 7, codecs: ["mp4a.40.2"] },
  ]);
  expect(text).toBe(`#EXTM3U
#EXT-X-VERSION:3
#EXT-X-INDEPENDENT-SEGMENTS
#EXT-X-STREAM-INF:BANDWIDTH=100000,AVERAGE-BANDWIDTH=100000,CODECS="avc1.64000C,mp4a.40.2",RESOLUTION=320x180,FRAME-RATE=29.970
main_b.m3u8
#EXT-X-STREAM-INF:BANDWIDTH=100000,AVERAGE-BANDWIDTH=100000,CODECS="mp4a.40.2"
main_a.m3u8
`);
});

describe("the bandwidth", () => {
  const calm = { seconds: 6, bytes: 6000 };

  test("is that of the most expensive segment", () => {
    expect(peakBitrate([calm, { seconds: 6, bytes: 9000 }, calm], 7)).toBe(12_000);
    expect(averageBitrate([calm, { seconds: 6, bytes: 9000 }, calm])).toBe(9334);
  });

  test("counts a short last segment only together with the one before", () => {
    expect(peakBitrate([calm, { seconds: 0.5, bytes: 5000 }], 7)).toBe(Math.ceil((11_000 * 8) / 6.5));
  });

  test("of a very short video is its average", () => {
    expect(peakBitrate([{ seconds: 1, bytes: 1000 }], 7)).toBe(8000);
  });
});

test("the codec string is read from the stream's own parameters", () => {
  const stream = Buffer.from("4740001000000001 09f0 00000001 67 64001f acd9".replaceAll(" ", ""), "hex");
  expect(avcCodec(stream)).toBe("avc1.64001F");
  expect(avcCodec(Buffer.alloc(188))).toBeUndefined();
});

test("segments are read from ffmpeg's playlist", () => {
  const text =
    "#EXTM3U\n#EXT-X-TARGETDURATION:6\n#EXTINF:6.006000,\na-00001.ts\n#EXTINF:0.5,\na-00002.ts\n#EXT-X-ENDLIST\n";
  expect(segmentsOf(text)).toEqual([
    { seconds: 6.006, file: "a-00001.ts" },
    { seconds: 0.5, file: "a-00002.ts" },
  ]);
});
