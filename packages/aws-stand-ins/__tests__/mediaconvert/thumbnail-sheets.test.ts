import { checkCreateJobRequest } from "../../mediaconvert/create-job/check-request";
import { type EncodingPlan, planEncoding } from "../../mediaconvert/encoding-plan";
import type { FfprobeReport } from "../../mediaconvert/ffprobe";
import { INSTANT_SOURCE } from "../../mediaconvert/instant-outputs";
import { describeSource } from "../../mediaconvert/source";
import type { SheetPlan } from "../../mediaconvert/stream-plan";
import { imagePlaylist, imageStreamInf, sheetSeconds } from "../../mediaconvert/thumbnail-sheets";
import { hlsJob } from "../../testing/mediaconvert";
import { wireNames } from "../../testing/wire-names";

const TILES = {
  IntervalCadence: "FOLLOW_CUSTOM",
  ThumbnailInterval: 5,
  ThumbnailWidth: 160,
  TileWidth: 3,
  TileHeight: 2,
} as const;

function plan(tiles: object = {}, video: object = {}): EncodingPlan {
  const job = wireNames(hlsJob({ tiles: { ...TILES, ...tiles } }));
  const [first, ...rest] = INSTANT_SOURCE.streams;
  const report = { ...INSTANT_SOURCE, streams: [{ ...first, ...video }, ...rest] } as FfprobeReport;
  return planEncoding(checkCreateJobRequest(job).settings, describeSource(report));
}

function sheets(tiles?: object, video?: object): SheetPlan {
  const [group] = plan(tiles, video).groups;
  if (group?.type !== "HLS_GROUP" || !group.sheets) throw new Error("No thumbnails are drawn");
  return group.sheets;
}

describe("tiled thumbnails", () => {
  it("are drawn only if the job asks for them", () => {
    const { settings } = checkCreateJobRequest(wireNames(hlsJob()));
    const [group] = planEncoding(settings, describeSource(INSTANT_SOURCE)).groups;
    expect(group).toMatchObject({ type: "HLS_GROUP", sheets: undefined });
  });

  it("have the renditions' shape unless the job gives a height", () => {
    expect(sheets().size).toEqual({ width: 160, height: 90 });
    expect(sheets({}, { width: 720, height: 1280 }).size).toEqual({ width: 160, height: 282 });
    expect(sheets({ ThumbnailHeight: 100 }).size).toEqual({ width: 160, height: 100 });
  });

  it("round their interval to whole frames", () => {
    const atNtsc = sheets({}, { avg_frame_rate: "30000/1001", r_frame_rate: "30000/1001" });
    expect(atNtsc).toMatchObject({ intervalFrames: 150 });
    expect(atNtsc.intervalSeconds).toBeCloseTo(5.005, 6);
  });

  it("fail a job whose sheets would be higher than 4096 pixels", () => {
    expect(() => sheets({ TileHeight: 30 }, { width: 720, height: 1280 })).toThrow(
      "Tiled thumbnails would be 8460 pixels high, more than 4096: 30 rows of 282.",
    );
  });

  it("are listed with the time that each sheet covers", () => {
    const seconds = sheetSeconds(2, sheets(), 42);
    expect(seconds).toEqual([30, 12]);
    const listed = seconds.map((covered, index) => ({
      uri: `s3://out/job/a b_${index}.jpg`,
      seconds: covered,
      bytes: 6000,
    }));
    expect(imagePlaylist(sheets(), listed, "a remark")).toBe(
      `${[
        ...["#EXTM3U", "# a remark", "#EXT-X-VERSION:3", "#EXT-X-TARGETDURATION:30"],
        ...["#EXT-X-MEDIA-SEQUENCE:1", "#EXT-X-PLAYLIST-TYPE:VOD", "#EXT-X-IMAGES-ONLY"],
        ...["#EXTINF:30,", "#EXT-X-TILES:RESOLUTION=160x90,LAYOUT=3x2,DURATION=5", "a%20b_0.jpg"],
        ...["#EXTINF:12,", "#EXT-X-TILES:RESOLUTION=160x90,LAYOUT=3x2,DURATION=5", "a%20b_1.jpg"],
        "#EXT-X-ENDLIST",
      ].join("\n")}\n`,
    );
    expect(imageStreamInf(sheets(), "s3://out/job/main_Thumbnail.m3u8", listed)).toBe(
      '#EXT-X-IMAGE-STREAM-INF:BANDWIDTH=4000,RESOLUTION=160x90,CODECS="jpeg",URI="main_Thumbnail.m3u8"',
    );
  });
});
