import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { type StartedPipeline, startPipeline } from "../local/start-pipeline";

let pipeline: StartedPipeline;
before(async () => {
  pipeline = await startPipeline({ instant: true, settings: { MAX_INPUT_MINUTES: "30" } });
});
after(() => pipeline.stop());

test("a video is published, and its subscribers are told", async () => {
  const video = join(tmpdir(), "newsroom.mp4");
  await writeFile(video, "instant mode accepts any bytes");

  const job = await pipeline.end(await pipeline.upload(video, "2026/news.mp4"));

  assert.equal(job.status, "COMPLETE");
  assert.equal(job.notifications.length, 1);
  assert.ok(job.files.hlsManifest);
});

test("an empty upload is refused with a reason", async () => {
  const video = join(tmpdir(), "empty.mp4");
  await writeFile(video, "");

  const job = await pipeline.end(await pipeline.upload(video));

  assert.equal(job.status, "ERROR");
  assert.equal(job.error?.code, "EMPTY_SOURCE");
});
