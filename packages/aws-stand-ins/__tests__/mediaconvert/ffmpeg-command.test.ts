import { checkCreateJobRequest } from "../../mediaconvert/create-job/check-request";
import { planEncoding } from "../../mediaconvert/encoding-plan";
import { JobError } from "../../mediaconvert/errors";
import { ffmpegArguments } from "../../mediaconvert/ffmpeg-command";
import type { Source, SourceAudio, SourceVideo } from "../../mediaconvert/source";
import { hlsJob } from "../../testing/mediaconvert";
import { type Json, wireNames, withMember } from "../../testing/wire-names";

const VIDEO: SourceVideo = {
  streamIndex: 0,
  width: 1920,
  height: 1080,
  sampleAspectRatio: { numerator: 1, denominator: 1 },
  rotation: 0,
  frameRate: { numerator: 25, denominator: 1 },
  interlaced: false,
  chroma: "420",
  color: {},
  span: { startSeconds: 0, endSeconds: 10 },
};
const AUDIO: SourceAudio = {
  streamIndex: 1,
  codec: "aac",
  supported: true,
  channels: 2,
  span: { startSeconds: 0, endSeconds: 10 },
};
const SOURCE: Source = { durationSeconds: 10, container: "mp4", video: VIDEO, audio: [AUDIO] };
const OUTPUT = "/settings/outputGroups/0/outputs/0";
const ROTATE = "/settings/inputs/0/videoSelector/rotate";
const H264 = `${OUTPUT}/videoDescription/codecSettings/h264Settings`;

function command(source: Partial<Source> = {}, ...changes: [path: string, value: Json][]) {
  const body = changes.reduce<Json>(
    (job, [path, value]) => withMember(job, path, value),
    wireNames(hlsJob()),
  );
  const { settings } = checkCreateJobRequest(body);
  const args = ffmpegArguments(planEncoding(settings, { ...SOURCE, ...source }), "/disk/a % b", "ultrafast");
  return {
    all: args.join(" "),
    after: (option: string) => args.flatMap((arg, i) => (arg === option ? args[i + 1] : [])),
  };
}

it("opens the input as a plain file, whatever its name", () => {
  expect(command().all).toContain("-protocol_whitelist file");
  expect(command().after("-i")).toEqual(["file:/disk/a % b"]);
});

it("encodes quality 7 of QVBR with a rate factor of 24 under the job's maximum", () => {
  expect(command().after("-crf")).toEqual(["24", "24"]);
  expect(command().after("-maxrate")).toEqual(["500000", "500000"]);
});

it.each([
  ["25 fps, 2 s", { numerator: 25, denominator: 1 }, "50", "5.999900"],
  ["29.97 fps, 2 s", { numerator: 30_000, denominator: 1001 }, "60", "6.005900"],
  ["23.976 fps, 2 s", { numerator: 24_000, denominator: 1001 }, "48", "6.005900"],
])("cuts segments of whole GOPs at %s", (_name, frameRate, frames, hlsTime) => {
  const { after } = command({ video: { ...VIDEO, frameRate } });
  expect(after("-g")[0]).toBe(frames);
  expect(after("-hls_time")[0]).toBe(hlsTime);
});

it("maps no audio without AudioDescriptions", () => {
  const { after } = command({}, [`${OUTPUT}/audioDescriptions`, undefined]);
  expect(after("-map")).toEqual(["[group0-output0]", "[group0-output1]", "0:1", "[group1-output0]"]);
});

it("adds silence as long as the video where the source has no audio", () => {
  const { after } = command({ audio: [] });
  expect(after("-i")).toEqual(["file:/disk/a % b", "anullsrc=r=48000:cl=stereo"]);
  expect(after("-t")).toEqual(["10"]);
  expect(after("-map")[1]).toBe("1:0");
});

it.each([
  ["25 fps", { numerator: 25, denominator: 1 }, "90.040000"],
  // Timecodes count 30 frames a second, which take 1.001 s.
  ["29.97 fps", { numerator: 30_000, denominator: 1001 }, "90.123367"],
])("reads the source up to the frame at the end of its clip at %s", (_name, frameRate, seconds) => {
  const clip: [string, Json] = ["/settings/inputs/0/inputClippings", [{ endTimecode: "00:01:30:00" }]];
  expect(command({ video: { ...VIDEO, frameRate } }, clip).all).toMatch(
    new RegExp(`-t ${seconds} .*-i file:`),
  );
});

it("turns the picture only if the job asks for it", () => {
  expect(command({}, [ROTATE, "AUTO"]).all).not.toContain("-noautorotate");
  expect(command({}, [ROTATE, undefined]).all).toContain("-noautorotate");
});

describe("a job whose settings don't fit its input", () => {
  const errorOf = (source: Partial<Source>, ...changes: [path: string, value: Json][]) => {
    try {
      command(source, ...changes);
    } catch (error) {
      if (error instanceof JobError) return `${error.code} ${error.message}`;
      throw error;
    }
    return "none";
  };

  it.each([
    ["interlaced", { interlaced: true }],
    ["4:4:4", { chroma: "444" }],
    ["RGB", { chroma: undefined }],
  ])("ends with 1040 if it turns %s video", (_what, video) => {
    const source = { video: { ...VIDEO, ...video } };
    expect(errorOf(source, [ROTATE, "AUTO"])).toMatch(/^1040 Rotate requires progressive video/);
    expect(errorOf(source)).toBe("none");
  });

  it("ends with 1040 if it names an audio track that the file doesn't have", () => {
    const tracks = "/settings/inputs/0/audioSelectors/Audio Selector 1/tracks";
    expect(errorOf({}, [tracks, [2]])).toBe("1040 Audio track [2] not found");
    expect(errorOf({ audio: [] }, [tracks, [1]])).toBe("1040 Audio track [1] not found");
    expect(errorOf({}, [tracks, [1]])).toBe("none");
  });

  it("ends with 1030 for a codec that the service doesn't read in this container", () => {
    expect(errorOf({ video: undefined, unsupportedVideo: "av1" })).toMatch(/^1030 .*\[av1\]/);
    expect(errorOf({ audio: [{ ...AUDIO, codec: "opus", supported: false }] })).toMatch(/^1030 .*\[opus\]/);
  });
});

describe("gaps in the audio's time stamps", () => {
  const CORRECTION = "/settings/inputs/0/audioSelectors/Audio Selector 1/audioDurationCorrection";
  const filterOf = (source: Partial<Source>, correction?: string) =>
    command(source, [CORRECTION, correction]).after("-af")[0];

  it("become silence if the job corrects the duration of AAC in MP4 or QuickTime", () => {
    expect(filterOf({}, "AUTO")).toContain("async=1");
    expect(filterOf({ container: "mov" }, "AUTO")).toContain("async=1");
  });

  it("are closed up otherwise", () => {
    expect(filterOf({})).not.toContain("async");
    expect(filterOf({}, "DISABLED")).not.toContain("async");
    expect(filterOf({ container: "matroska" }, "AUTO")).not.toContain("async");
    expect(filterOf({ audio: [{ ...AUDIO, codec: "ac3" }] }, "AUTO")).not.toContain("async");
  });
});

it("keeps the track's language only if the job follows it", () => {
  const spanish = { audio: [{ ...AUDIO, language: "spa" }] };
  const control = `${OUTPUT}/audioDescriptions/0/languageCodeControl`;
  expect(command(spanish, [control, "FOLLOW_INPUT"]).after("-metadata:s:a:0")).toEqual(["language=spa"]);
  expect(command(spanish).after("-metadata:s:a:0")).toEqual([]);
});

it("finds a video track behind cover art or audio by its index", () => {
  expect(command({ video: { ...VIDEO, streamIndex: 3 } }).after("-filter_complex")[0]).toMatch(/^\[0:3\]/);
});

it.each([
  ["INTERPOLATE", "yadif=mode=0:deint=1,fps"],
  ["LINEAR_INTERPOLATION", "yadif=mode=1:deint=1,fps"],
])("deinterlaces by %s what isn't tagged as progressive", (algorithm, filter) => {
  const deinterlacer = { algorithm, control: "NORMAL", mode: "ADAPTIVE" };
  expect(command({}, [`${OUTPUT}/videoDescription/videoPreprocessors`, { deinterlacer }]).all).toContain(
    filter,
  );
  expect(command({ video: { ...VIDEO, interlaced: true } }).all).not.toContain("yadif");
});

it("tone-maps where the job asks for it and the source needs it", () => {
  const asks: [string, Json] = [
    `${OUTPUT}/videoDescription/videoPreprocessors`,
    {
      colorCorrector: { colorSpaceConversion: "FORCE_709", hdrToSdrToneMapper: "PRESERVE_DETAILS" },
    },
  ];
  const needing = { video: { ...VIDEO, color: { transfer: "smpte2084" } } };
  expect(command(needing, asks).all).toContain("tonemap");
  expect(command({}, asks).all).not.toContain("tonemap");
  expect(command(needing).all).not.toContain("tonemap");
});

it("replaces the source's frame rate by a specified one", () => {
  const { after } = command(
    {},
    [`${H264}/framerateControl`, "SPECIFIED"],
    [`${H264}/framerateNumerator`, 24],
    [`${H264}/framerateDenominator`, 1],
  );
  expect(after("-filter_complex")[0]).toContain("fps=24/1");
  expect(after("-g")[0]).toBe("48");
});

it("limits and spaces captures as the job says", () => {
  expect(command().after("-filter_complex")[0]).toContain(
    "select='lt(selected_n\\,100)*(not(selected_n)+gte(t\\,selected_n*3-0.0001))',setpts=N/TB",
  );
});
