import { ffmpegArguments } from "../../mediaconvert/ffmpeg-command";
import { planJob } from "../../mediaconvert/job-plan";
import { checkCreateJobRequest } from "../../mediaconvert/settings-rules";
import type { Source, SourceVideo } from "../../mediaconvert/source";
import { hlsJob } from "./service-under-test";
import { type Json, wireNames, withMember } from "./wire-names";

const VIDEO: SourceVideo = {
  streamIndex: 0,
  width: 1920,
  height: 1080,
  sampleAspectRatio: { numerator: 1, denominator: 1 },
  rotation: 0,
  frameRate: { numerator: 25, denominator: 1 },
  interlaced: false,
  hdr: false,
};
const SOURCE: Source = { durationSeconds: 10, video: VIDEO, audio: [1] };
const OUTPUT = "/settings/outputGroups/0/outputs/0";
const H264 = `${OUTPUT}/videoDescription/codecSettings/h264Settings`;

function command(source: Partial<Source> = {}, ...changes: [path: string, value: Json][]) {
  const body = changes.reduce<Json>(
    (job, [path, value]) => withMember(job, path, value),
    wireNames(hlsJob()),
  );
  const { settings } = checkCreateJobRequest(body);
  const args = ffmpegArguments(planJob(settings, { ...SOURCE, ...source }), "/disk/a % b", "ultrafast");
  return {
    all: args.join(" "),
    after: (option: string) => args.flatMap((arg, i) => (arg === option ? args[i + 1] : [])),
  };
}

test("the input is opened as a plain file, whatever its name", () => {
  expect(command().all).toContain("-protocol_whitelist file");
  expect(command().after("-i")).toEqual(["file:/disk/a % b"]);
});

test("quality 7 of QVBR is a rate factor of 24 under the job's maximum", () => {
  expect(command().after("-crf")).toEqual(["24.00", "24.00"]);
  expect(command().after("-maxrate")).toEqual(["500000", "500000"]);
});

test.each([
  ["25 fps, 2 s", { numerator: 25, denominator: 1 }, "50", "5.999900"],
  ["29.97 fps, 2 s", { numerator: 30_000, denominator: 1001 }, "60", "6.005900"],
  ["23.976 fps, 2 s", { numerator: 24_000, denominator: 1001 }, "48", "6.005900"],
])("%s: segments are whole groups of pictures of %p", (_name, frameRate, frames, hlsTime) => {
  const { after } = command({ video: { ...VIDEO, frameRate } });
  expect(after("-g")[0]).toBe(frames);
  expect(after("-hls_time")[0]).toBe(hlsTime);
  expect(after("-force_key_frames")).toEqual([]);
});

test("exact segments get key frames of their own", () => {
  const exact = command({}, [
    "/settings/outputGroups/0/outputGroupSettings/hlsGroupSettings/segmentLengthControl",
    "EXACT",
  ]);
  expect(exact.after("-force_key_frames")[0]).toBe("expr:gte(t,n_forced*6)");
});

test("without AudioDescriptions no sound is mapped", () => {
  const { after } = command({}, [`${OUTPUT}/audioDescriptions`, undefined]);
  expect(after("-map")).toEqual(["[group0-output0]", "[group0-output1]", "0:1", "[group1-output0]"]);
});

test("missing sound is silence as long as the video", () => {
  const { after } = command({ audio: [] });
  expect(after("-i")).toEqual(["file:/disk/a % b", "anullsrc=r=48000:cl=stereo"]);
  expect(after("-t")).toEqual(["10"]);
  expect(after("-map")[1]).toBe("1:0");
});

test("a track that isn't there is an error", () => {
  const tracks: [string, Json] = ["/settings/inputs/0/audioSelectors/Audio Selector 1", { tracks: [2] }];
  expect(() => command({}, tracks)).toThrow("Audio track [2] not found");
});

test("only AUTO turns the picture by itself", () => {
  const rotate = "/settings/inputs/0/videoSelector/rotate";
  expect(command().all).not.toContain("-noautorotate");
  expect(command({}, [rotate, undefined]).all).toContain("-noautorotate");
  expect(command({}, [rotate, "DEGREES_270"]).after("-filter_complex")[0]).toMatch(
    /^\[0:0\]transpose=2,split=3/,
  );
});

test("a video track behind cover art or sound is found by its index", () => {
  expect(command({ video: { ...VIDEO, streamIndex: 3 } }).after("-filter_complex")[0]).toMatch(/^\[0:3\]/);
});

test("deinterlacing and tone mapping happen where the job asks and the source needs it", () => {
  const asks: [string, Json] = [
    `${OUTPUT}/videoDescription/videoPreprocessors`,
    { deinterlacer: { mode: "DEINTERLACE" }, colorCorrector: { colorSpaceConversion: "FORCE_709" } },
  ];
  const needs = command({ video: { ...VIDEO, interlaced: true, hdr: true } }, asks).all;
  expect(needs).toMatch(/yadif,fps.*tonemap/);
  expect(command({}, asks).all).not.toMatch(/yadif|tonemap/);
  expect(command({ video: { ...VIDEO, interlaced: true, hdr: true } }).all).not.toMatch(/yadif|tonemap/);
});

test("a specified frame rate replaces the source's", () => {
  const { after } = command(
    {},
    [`${H264}/framerateControl`, "SPECIFIED"],
    [`${H264}/framerateNumerator`, 24],
    [`${H264}/framerateDenominator`, 1],
  );
  expect(after("-filter_complex")[0]).toContain("fps=24/1");
  expect(after("-g")[0]).toBe("48");
});

test("captures are limited and spaced as the job says", () => {
  expect(command().after("-filter_complex")[0]).toContain(
    "select='lt(selected_n\\,100)*(not(selected_n)+gte(t\\,selected_n*3-0.0001))',setpts=N/TB",
  );
});
