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

test("both are found on PATH", () => {
  const PATH = ["/nowhere", directory].join(delimiter);
  expect(findFfmpeg({ PATH })).toEqual({ ffmpeg: at("ffmpeg"), ffprobe: at("ffprobe") });
});

test("ffprobe is looked for beside FFMPEG_PATH before PATH", () => {
  expect(findFfmpeg({ FFMPEG_PATH: at("ffmpeg"), PATH: "/usr/bin" }).ffprobe).toBe(at("ffprobe"));
});

test("FFPROBE_PATH wins over what lies beside FFMPEG_PATH", () => {
  const found = findFfmpeg({ FFMPEG_PATH: at("ffmpeg"), FFPROBE_PATH: at("other-ffprobe"), PATH: "" });
  expect(found.ffprobe).toBe(at("other-ffprobe"));
});

test("without PATH the binaries of the npm packages are taken", () => {
  expect(findFfmpeg({})).toEqual({
    ffmpeg: expect.stringContaining(join("@ffmpeg-installer", "")),
    ffprobe: expect.stringContaining(join("@ffprobe-installer", "")),
  });
});

test.each(["/nowhere/ffmpeg", "not-executable"])("FFMPEG_PATH %s is refused with its name", (path) => {
  const FFMPEG_PATH = path.startsWith("/") ? path : at(path);
  expect(() => findFfmpeg({ FFMPEG_PATH })).toThrow(
    `FFMPEG_PATH is "${FFMPEG_PATH}", which is no file that can be executed: correct or unset it.`,
  );
});
