import { execFile } from "node:child_process";
import { promisify } from "node:util";
import type { CreateJobCommandInput } from "@aws-sdk/client-mediaconvert";
import { hasFilter } from "../../mediaconvert/ffmpeg-process";
import { brightness, Clips, inspect, tools } from "../../testing/clips";
import { hlsJob, type ServiceUnderTest, startService } from "../../testing/mediaconvert";
import { type Json, withMember } from "../../testing/wire-names";

let clips: Clips;
let aws: ServiceUnderTest;
const commands: (readonly string[])[] = [];
beforeAll(async () => {
  clips = await Clips.create();
  aws = await startService({ onCommand: (command) => commands.push(command) });
});
afterAll(async () => {
  await aws.close();
  await clips.remove();
});

const SIZES = [{ width: 320, height: 180, name: "180p" }];
const PREPROCESSORS = "/Settings/OutputGroups/0/Outputs/0/VideoDescription/VideoPreprocessors";

/** Transcodes a clip into one rendition with a changed job. The names must differ. */
async function transcode(name: string, clip: string, changes: Record<string, Json> = {}, sizes = SIZES) {
  await aws.put(clip, `s3://raw/${name}.mp4`);
  const plain = hlsJob({
    input: `s3://raw/${name}.mp4`,
    destination: `s3://out/${name}/main`,
    sizes,
    audio: false,
  });
  const job = Object.entries(changes).reduce<Json>(
    (body, [path, value]) => withMember(body, path, value),
    plain,
  );
  return aws.run(job as Partial<CreateJobCommandInput>);
}

describe("an interlaced video", () => {
  /** How many frames show two fields of different times, and how many don't. */
  async function combing(name: string) {
    const file = aws.pathOf(`s3://out/${name}/main_180p_00001.ts`);
    const { stderr } = await promisify(execFile)(tools.ffmpeg, [
      "-nostdin",
      "-i",
      file,
      "-vf",
      "idet",
      "-f",
      "null",
      "-",
    ]);
    const [, top, bottom, progressive] =
      /Multi frame detection: TFF: *(\d+) BFF: *(\d+) Progressive: *(\d+)/.exec(stderr) ?? [];
    return { interlaced: Number(top) + Number(bottom), progressive: Number(progressive) };
  }
  let clip: string;
  beforeAll(async () => {
    const more = ["-vf", "tinterlace=interleave_top", "-flags", "+ilme+ildct", "-r", "25"];
    clip = await clips.draw("interlaced.mp4", { seconds: 2, rate: "50", audio: false, more });
    expect((await inspect(clip)).streams[0]?.field_order).toMatch(/tt|tb/);
  });

  it("becomes progressive if the job asks for it", async () => {
    await transcode("deinterlaced", clip, {
      [PREPROCESSORS]: { Deinterlacer: { Algorithm: "INTERPOLATE", Mode: "ADAPTIVE", Control: "NORMAL" } },
    });
    const { interlaced, progressive } = await combing("deinterlaced");
    expect(progressive).toBeGreaterThan(4 * interlaced);
  });

  it("stays interlaced if the job doesn't ask for more", async () => {
    await transcode("combed", clip);
    const { interlaced, progressive } = await combing("combed");
    expect(interlaced).toBeGreaterThan(4 * progressive);
  });
});

describe("an HDR video", () => {
  const ASKED = {
    [PREPROCESSORS]: {
      ColorCorrector: { ColorSpaceConversion: "FORCE_709", HdrToSdrToneMapper: "PRESERVE_DETAILS" },
    },
  };

  it("becomes SDR, or the job names the filter that ffmpeg lacks", async () => {
    const bt2020 = ["-color_primaries", "bt2020", "-color_trc", "smpte2084", "-colorspace", "bt2020nc"];
    const clip = await clips.draw("hdr.mp4", { seconds: 1, audio: false, more: bt2020 });
    expect((await inspect(clip)).streams[0]?.color_transfer).toBe("smpte2084");
    const job = await transcode("hdr", clip, ASKED);
    if (!(await hasFilter(tools.ffmpeg, "zscale"))) {
      expect(job).toMatchObject({
        Status: "ERROR",
        ErrorCode: 1040,
        ErrorMessage: expect.stringMatching(/zscale/),
      });
      return;
    }
    expect(job).toMatchObject({ Status: "COMPLETE" });
    await transcode("untouched", clip);
    const meanOf = async (name: string) => {
      const pixels = await brightness(aws.pathOf(`s3://out/${name}/main_180p_00001.ts`), "160:90:80:45");
      return pixels.reduce((sum, pixel) => sum + pixel, 0) / pixels.length;
    };
    expect(Math.abs((await meanOf("hdr")) - (await meanOf("untouched")))).toBeGreaterThan(10);
    const { streams } = await inspect(aws.pathOf("s3://out/hdr/main_180p_00001.ts"));
    expect(streams[0]).toMatchObject({
      color_transfer: "bt709",
      color_primaries: "bt709",
      color_space: "bt709",
      pix_fmt: "yuv420p",
    });
  });
});

describe("black video", () => {
  const completion = (id: string | undefined) =>
    aws.events.find(({ detail }) => detail.jobId === id && detail.status === "COMPLETE")?.detail;
  const draw = (name: string, blackWhile: string) => {
    const more = ["-vf", `drawbox=color=black:t=fill:enable='${blackWhile}'`];
    return clips.draw(`${name}.mp4`, { seconds: 3, audio: false, more });
  };

  it("is in the COMPLETE event from its first black frame to the first that isn't, or to the end", async () => {
    const { Id } = await transcode("black", await draw("black", "between(t,0.4,0.99)+gte(t,2)"));
    expect(completion(Id)).toMatchObject({
      blackVideoDetected: 1600,
      blackVideoSegments: [
        { start: 400, end: 1000 },
        { start: 2000, end: 3000 },
      ],
    });
  });

  it("is 0 without segments if there is none", async () => {
    const { Id } = await transcode("bright", await draw("bright", "0"));
    expect(completion(Id)).toMatchObject({ blackVideoDetected: 0 });
    expect(completion(Id)).not.toHaveProperty("blackVideoSegments");
  });
});

it("reports the command line of each job", async () => {
  commands.length = 0;
  await transcode("seen", await clips.draw("seen.mp4", { seconds: 1, audio: false }));
  expect(commands).toEqual([[tools.ffmpeg, ...commands.flat().slice(1)]]);
  expect(commands[0]).toEqual(
    expect.arrayContaining(["-filter_complex", `file:${aws.pathOf("s3://raw/seen.mp4")}`]),
  );
});
