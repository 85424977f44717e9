import { averageBitrate, iFramePlaylist, mediaPlaylist, peakBitrate } from "../../mediaconvert/playlists";

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

it("lists I-frames by their bytes", () => {
  const iFrames = [
    { ...segment(2, 1000), offset: 376 },
    { ...segment(4, 3000), offset: 9400 },
  ];
  expect(iFramePlaylist(iFrames)).toBe(`#EXTM3U
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
