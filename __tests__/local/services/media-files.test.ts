import { existsSync } from "node:fs";
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { ObjectStore } from "aws-stand-ins/s3/object-store";
import { MediaFiles } from "../../../local/services/media-files";
import { temporaryFolder } from "../../temporary-folder";

const root = temporaryFolder();
const file = join(root, "segment.ts");
let media: MediaFiles;

beforeEach(async () => {
  await writeFile(file, "bytes");
  media = new MediaFiles(new ObjectStore(join(root, "s3"), [{ name: "processed", versioned: false }]));
});

it("moves a file into the bucket", async () => {
  await media.write("s3://processed/job/main.ts", { file }, "video/mp2t");
  expect(existsSync(file)).toBe(false);
  expect(await readFile((await media.read("s3://processed/job/main.ts")) ?? "", "utf8")).toBe("bytes");
  expect(await media.list("s3://processed/job/")).toMatchObject([
    { key: "job/main.ts", contentType: "video/mp2t" },
  ]);
});

it("writes a text", async () => {
  await media.write("s3://processed/job/main.m3u8", { text: "#EXTM3U ä" }, "application/vnd.apple.mpegurl");
  const path = (await media.read("s3://processed/job/main.m3u8")) ?? "";
  expect(await readFile(path, "utf8")).toBe("#EXTM3U ä");
});

it("keeps a file whose bucket doesn't exist", async () => {
  await expect(media.write("s3://other/main.ts", { file }, "video/mp2t")).rejects.toMatchObject({
    code: "NoSuchBucket",
  });
  expect(existsSync(file)).toBe(true);
});
