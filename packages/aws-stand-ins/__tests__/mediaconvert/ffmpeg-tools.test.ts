import { chmod, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { findFfmpeg } from "../../mediaconvert/ffmpeg-tools";

let directory: string;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "find-ffmpeg-"));
  for (const name of ["ffmpeg", "ffprobe", "other-ffprobe"]) {
    await writeFile(join(directory, name), "");
    await chmod(join(directory, name), 0o755);
  }
  await writeFile(join(directory, "not-executable"), "");
});

afterAll(() => rm(directory, { recursive: true }));

const at = (name: string) => join(directory, name);

it("finds both on PATH", () => {
  const PATH = ["/nowhere", directory].join(delimiter);
  expect(findFfmpeg({ PATH })).toEqual({ ffmpeg: at("ffmpeg"), ffprobe: at("ffprobe") });
});

it("looks for ffprobe in the folder of FFMPEG_PATH before PATH", () => {
  expect(findFfmpeg({ FFMPEG_PATH: at("ffmpeg"), PATH: "/usr/bin" }).ffprobe).toBe(at("ffprobe"));
});

it("prefers FFPROBE_PATH to the folder of FFMPEG_PATH", () => {
  const found = findFfmpeg({ FFMPEG_PATH: at("ffmpeg"), FFPROBE_PATH: at("other-ffprobe"), PATH: "" });
  expect(found.ffprobe).toBe(at("other-ffprobe"));
});

it("falls back to the binaries of the npm packages", () => {
  expect(findFfmpeg({})).toEqual({
    ffmpeg: expect.stringContaining(join("@ffmpeg-installer", "")),
    ffprobe: expect.stringContaining(join("@ffprobe-installer", "")),
  });
});

it.each(["/nowhere/ffmpeg", "not-executable"])("refuses FFMPEG_PATH %s by its name", (path) => {
  const FFMPEG_PATH = path.startsWith("/") ? path : at(path);
  expect(() => findFfmpeg({ FFMPEG_PATH })).toThrow(
    `FFMPEG_PATH is "${FFMPEG_PATH}", which is not an executable file: correct or unset it.`,
  );
});
