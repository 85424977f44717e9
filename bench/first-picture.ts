import { mkdtemp, readFile } from "node:fs/promises";
import { dirname, join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import type { FfmpegTools } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { JobWatcher } from "../local/cli/job-watcher";
import { makeSampleClip } from "../local/cli/sample-clip";
import type { LocalPipeline } from "../local/pipeline";
import type { Pipelines } from "./pipeline";
import { synthesizeTo } from "./synthesis";
import type { Row } from "./table";

const SECONDS = 120;

/**
 * With PROGRESSIVE_MANIFEST, the time from a video's upload until a player can start it, relative to the time until its job
 * is complete.
 */
export async function measureFirstPicture(
  pipelines: Pipelines,
  directory: string,
  tools: FfmpegTools,
): Promise<Row[]> {
  const clip = join(directory, "first-picture.mp4");
  await makeSampleClip(clip, tools, SECONDS);
  const stackDirectory = await synthesizeTo(await mkdtemp(join(directory, "progressive-")), {
    PROGRESSIVE_MANIFEST: "true",
  });
  const pipeline = await pipelines.start({ stackDirectory });
  const began = performance.now();
  const upload = await pipeline.upload("first-picture.mp4", clip);
  const job = { isRunning: true };
  const complete = new JobWatcher(pipeline)
    .watch(upload, () => {})
    .then(() => performance.now() - began)
    .finally(() => {
      job.isRunning = false;
    });
  let playable = Number.POSITIVE_INFINITY;
  while (job.isRunning && playable === Number.POSITIVE_INFINITY) {
    await sleep(100);
    if (await isPlayable(pipeline)) playable = performance.now() - began;
  }
  const value = playable / (await complete);
  await pipelines.stop();
  return [
    {
      what: `${SECONDS / 60} min of 720p, first picture to complete`,
      value,
      aim: 0.25,
      limit: 0.75,
    },
  ];
}

/** Whether the manifest is there, and each of its renditions lists a segment that is there too. */
async function isPlayable({ objects, stack }: LocalPipeline): Promise<boolean> {
  const bucket = objects.bucket(stack.output("ProcessedVideosBucketName"));
  const manifest = bucket.objects("").find(({ key }) => key.endsWith("/main.m3u8"));
  if (manifest === undefined) return false;
  const folder = dirname(manifest.key);
  const firstUris = await Promise.all(
    urisIn(await readFile(manifest.path, "utf8")).map(async (name) => {
      const playlist = bucket.object(join(folder, name));
      return playlist && urisIn(await readFile(playlist.path, "utf8"))[0];
    }),
  );
  return (
    firstUris.length > 0 &&
    firstUris.every((uri) => uri !== undefined && bucket.object(join(folder, uri)) !== undefined)
  );
}

/** The lines of a playlist that aren't tags. */
const urisIn = (playlist: string) => playlist.split("\n").filter((line) => /^[^#]/.test(line));
