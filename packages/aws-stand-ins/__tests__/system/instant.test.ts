import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { GetJobCommand, ProbeCommand } from "@aws-sdk/client-mediaconvert";
import { parse } from "hls-parser";
import { Clips, inspect } from "../../testing/clips";
import { hlsJob, type ServiceUnderTest, startService } from "../../testing/mediaconvert";

let clips: Clips;
let aws: ServiceUnderTest;
beforeAll(async () => {
  clips = await Clips.create();
  aws = await startService({ instant: true });
  await writeFile(join(clips.directory, "note.txt"), "no video at all");
  await aws.put(join(clips.directory, "note.txt"), "s3://raw/clip.mp4");
});
afterAll(async () => {
  await aws.close();
  await clips.remove();
});

it("probes any object as a video of 6 s", async () => {
  const probe = new ProbeCommand({ InputFiles: [{ FileUrl: "s3://raw/clip.mp4" }] });
  const { ProbeResults } = await aws.client.send(probe);
  expect(ProbeResults?.[0]).toMatchObject({
    Container: { Duration: 6, Tracks: [{ VideoProperties: { Width: 1280 } }, { Codec: "AAC" }] },
  });
});

it("gives a job the names and events of a real one, and marks its outputs", async () => {
  const job = await aws.run(hlsJob());
  expect(job.Messages?.Info).toEqual(["stand-in output, made without encoding"]);
  expect(aws.statuses(job)).toEqual(["PROGRESSING", "INPUT_INFORMATION", "COMPLETE"]);
  expect(aws.written.map(({ uri }) => uri).sort()).toEqual([
    ...["s3://out/job/main.m3u8", "s3://out/job/main_180p.m3u8", "s3://out/job/main_180p_00001.ts"],
    ...["s3://out/job/main_90p.m3u8", "s3://out/job/main_90p_00001.ts"],
    ...[0, 1].map((index) => `s3://thumbs/job/main_thumb.000000${index}.jpg`),
  ]);
  for (const playlist of ["main", "main_180p", "main_90p"]) {
    const text = await readFile(aws.pathOf(`s3://out/job/${playlist}.m3u8`), "utf8");
    expect(text).toMatch(/^#EXTM3U\n# stand-in output, made without encoding\n/);
    expect(() => parse(text)).not.toThrow();
  }
  const { streams } = await inspect(aws.pathOf("s3://thumbs/job/main_thumb.0000000.jpg"));
  expect(streams[0]).toMatchObject({ codec_name: "mjpeg", width: 8, height: 8 });
});

it("ends a job with a missing input in ERROR", async () => {
  expect(await aws.run(hlsJob({ input: "s3://raw/none.mp4" }))).toMatchObject({
    Status: "ERROR",
    ErrorCode: 1404,
  });
});

it("completes a hundred jobs at once", async () => {
  const jobs = await Promise.all(
    Array.from({ length: 100 }, (_, index) => aws.create(hlsJob({ destination: `s3://out/${index}/main` }))),
  );
  while (aws.service.activeJobs > 0) await new Promise((resolve) => setTimeout(resolve, 10));
  const found = await Promise.all(jobs.map(({ Id }) => aws.client.send(new GetJobCommand({ Id }))));
  expect(new Set(found.map(({ Job }) => Job?.Id)).size).toBe(100);
  expect(found.every(({ Job }) => Job?.Status === "COMPLETE")).toBe(true);
});
