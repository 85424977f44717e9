import { brightness } from "aws-stand-ins/testing/clips";
import { effectOf } from "../../../lambdas/jobs/event-effect";
import { mediaConvertEvent } from "../../../lambdas/transcoding/media-convert-event";
import { Transcodings } from "./transcode-clip";

let clips: Transcodings;
beforeAll(async () => {
  clips = await Transcodings.start();
});
afterAll(() => clips.close());

/** A clip of 8 s that is black while an expression of ffmpeg holds, and what the job's end says of it. */
async function transcodeBlackWhile(name: string, expression: string) {
  const clip = await clips.draw(
    `${name}.mp4`,
    ...["-f", "lavfi", "-i", "testsrc2=s=320x180:r=25:d=8"],
    ...["-vf", `drawbox=color=black:t=fill:enable='${expression}'`, "-crf", "10"],
  );
  const { completion, capture } = await clips.transcode(clip);
  const { outputs, blackVideoMs } =
    effectOf(mediaConvertEvent.parse(completion), { time: 0, hlsManifest: "" }).end ?? {};
  const index = Number(/\.(\d{7})\.jpg$/.exec(outputs?.poster ?? "")?.[1]);
  const pixels = await brightness(capture(index), "320:180:0:0");
  const mean = pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length;
  return { index, mean, blackVideoMs, count: outputs?.thumbnailCount };
}

describe("the poster of a clip of 8 s", () => {
  it("is the capture nearest to a tenth of its duration", async () => {
    expect(await transcodeBlackWhile("bright", "0")).toMatchObject({ index: 1, blackVideoMs: 0 });
  });

  it("isn't black, even if the beginning is", async () => {
    const { index, mean, blackVideoMs } = await transcodeBlackWhile("dark", "lt(t,2.5)");
    expect(mean).toBeGreaterThan(60);
    expect(index).toBe(3);
    expect(blackVideoMs).toBe(2520);
  });

  it("is black only if every capture is", async () => {
    expect((await transcodeBlackWhile("night", "1")).mean).toBeLessThan(20);
  });
});

it("captures a clip of 8 s at least five times", async () => {
  expect((await transcodeBlackWhile("eight", "0")).count).toBe(8);
});
