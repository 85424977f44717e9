import { dashManifest } from "../../mediaconvert/dash-manifest";
import type { Variant } from "../../mediaconvert/renditions";

const segment = (seconds: number) => ({ uri: "s3://out/s", seconds, bytes: 1000 });

const VARIANT: Variant = {
  kind: "variant",
  uri: "s3://out/main_180p.m3u8",
  segments: [segment(6), segment(6), segment(1)],
  codecs: ["avc1.64000C"],
  size: { width: 320, height: 180 },
  frameRate: { numerator: 25, denominator: 1 },
  maxBitrate: 500_000,
  template: { media: "夏 & 冬_$Number%09d$.cmfv", init: "init.cmfv", timescale: 90_000, start: 0 },
  audioSets: [],
};

const manifest = (bandwidth: "MAX" | "AVERAGE") =>
  dashManifest({
    variants: [VARIANT],
    renditions: [],
    images: {
      media: "main_Thumbnail_$Number%09d$.jpg",
      width: 480,
      height: 180,
      columns: 3,
      rows: 2,
      secondsOfSheet: 30,
      bandwidth: 4000,
    },
    bandwidth,
    durationSeconds: 13,
  });

it("counts segments of the same length in a row as one entry", () => {
  expect(manifest("AVERAGE")).toContain(
    '<SegmentTimeline><S t="0" d="540000" r="1"/><S t="1080000" d="90000"/></SegmentTimeline>',
  );
  expect(manifest("AVERAGE")).toContain('media="夏 &amp; 冬_$Number%09d$.cmfv"');
});

it.each([
  ["MAX", 500_000],
  ["AVERAGE", 1847],
] as const)("states the %s bitrate of a picture as %p", (bandwidth, bits) => {
  expect(manifest(bandwidth)).toContain(`frameRate="25/1" bandwidth="${bits}"`);
});

it("lists tiled thumbnails by their sheets", () => {
  expect(manifest("MAX")).toContain(
    '<AdaptationSet mimeType="image/jpeg" contentType="image">' +
      '<SegmentTemplate media="main_Thumbnail_$Number%09d$.jpg" startNumber="1" timescale="1000" duration="30000"/>' +
      '<Representation id="2" bandwidth="4000" width="480" height="180">' +
      '<EssentialProperty schemeIdUri="http://dashif.org/guidelines/thumbnail_tile" value="3x2"/>' +
      "</Representation></AdaptationSet>",
  );
});
