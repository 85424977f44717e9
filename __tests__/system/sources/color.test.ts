import { inspect, meanColor } from "aws-stand-ins/testing/clips";
import { ladderUpTo } from "../../../lambdas/transcoding/ladder";
import { Transcodings } from "./transcode-clip";

let clips: Transcodings;
beforeAll(async () => {
  clips = await Transcodings.start();
});
afterAll(() => clips.close());

/** A clip of one color, and what becomes of it. @param filters that make its pixels */
async function transcode(
  name: string,
  filters: string,
  ...[primaries = "", transfer = "", matrix = ""]: string[]
) {
  const clip = await clips.draw(
    `${name}.mp4`,
    ...["-f", "lavfi", "-i", `color=0xC83C3C:s=320x180:r=25:d=1,${filters},format=yuv420p`, "-crf", "4"],
    ...["-color_primaries", primaries, "-color_trc", transfer, "-colorspace", matrix],
  );
  const { stream, capture } = await clips.transcode(clip, ladderUpTo(234));
  const { streams } = await inspect(stream("main_234p_00001.ts"));
  return {
    stream: await meanColor(stream("main_234p_00001.ts")),
    capture: await meanColor(capture(0)),
    tags: [streams[0]?.color_primaries, streams[0]?.color_transfer, streams[0]?.color_space],
  };
}

const BT709 = ["bt709", "bt709", "bt709"];
/** 203 nits, in PQ and in HLG. */
const WHITE = {
  pq: "format=yuv420p,lutyuv=y=143:u=128:v=128",
  hlg: "format=yuv420p,lutyuv=y=180:u=128:v=128",
};
const inGamut = (primaries: string, matrix: string) =>
  `format=gbrp,zscale=pin=bt709:tin=bt709:min=gbr:p=${primaries}:t=bt709:m=${matrix}:r=tv`;

const expectColor = (color: readonly number[], expected: readonly number[]) => {
  for (const [index, channel] of color.entries()) {
    expect(Math.abs(channel - (expected[index] ?? 0))).toBeLessThanOrEqual(6);
  }
};

describe("a master in PQ", () => {
  it("becomes vibrant SDR, in the stream and in its thumbnails", async () => {
    const { stream, capture, tags } = await transcode("pq", WHITE.pq, "bt2020", "smpte2084", "bt2020nc");
    expectColor(stream, [244, 244, 244]);
    expectColor(capture, stream);
    expect(tags).toEqual(BT709);
  });
});

describe("a recording in HLG", () => {
  it("becomes SDR that keeps details", async () => {
    const { stream, capture, tags } = await transcode("hlg", WHITE.hlg, "bt2020", "arib-std-b67", "bt2020nc");
    expectColor(stream, [215, 215, 215]);
    expectColor(capture, stream);
    expect(tags).toEqual(BT709);
  });
});

describe("SDR in P3", () => {
  it.each(["smpte432", "smpte431"])(
    "with primaries %s becomes BT.709 of the same look",
    async (primaries) => {
      const filters = inGamut(primaries, "bt709");
      const { stream, capture, tags } = await transcode(primaries, filters, primaries, "bt709", "bt709");
      expectColor(stream, [0xc8, 0x3c, 0x3c]);
      expectColor(capture, [0xc8, 0x3c, 0x3c]);
      expect(tags).toEqual(BT709);
    },
  );
});

describe("SDR in BT.2020", () => {
  it("keeps its tags", async () => {
    const { tags } = await transcode("wide", inGamut("bt2020", "bt2020nc"), "bt2020", "bt709", "bt2020nc");
    expect(tags).toEqual(["bt2020", "bt709", "bt2020nc"]);
  });
});

describe("a thumbnail of SDR in BT.709", () => {
  it("has the stream's colors", async () => {
    const filters = "format=gbrp,scale=out_color_matrix=bt709";
    const { stream, capture } = await transcode("red", filters, "bt709", "bt709", "bt709");
    expectColor(stream, [0xc8, 0x3c, 0x3c]);
    expectColor(capture, stream);
  });
});
