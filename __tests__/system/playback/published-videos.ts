import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ProbeCommand } from "@aws-sdk/client-mediaconvert";
import { S3Api } from "aws-stand-ins/s3/api";
import { ObjectStore } from "aws-stand-ins/s3/object-store";
import { type ClipShape, Clips } from "aws-stand-ins/testing/clips";
import { serve } from "aws-stand-ins/testing/local-server";
import { startService } from "aws-stand-ins/testing/mediaconvert";
import { jobRequest } from "../../../lambdas/transcoding/job-request";
import { LADDER } from "../../../lambdas/transcoding/ladder";
import { sourceFactsOf } from "../../../lambdas/transcoding/probe-result";
import { bucketsOf } from "../../../local/services/buckets";
import { MediaFiles } from "../../../local/services/media-files";
import { SynthesizedStack } from "../../../local/terraform/synthesized-stack";
import { synthesize } from "../../constructs/synthesized";
import { orderOf } from "../../lambdas/transcoding/sources";
import { servePlayer } from "./player-page";

const QUEUE = "arn:aws:mediaconvert:eu-west-3:111122223333:queues/videos";

/** Videos in the stack's buckets, transcoded with the pipeline's own job requests, and a page that plays them. */
export interface PublishedVideos {
  /** The page with `play(url)`, on another origin than the videos, like a website. */
  readonly pageUrl: string;
  /** @returns the URL of the video's master playlist */
  publish(name: string, shape: ClipShape): Promise<string>;
  /** The path of a URL's object on disk. */
  fileOf(url: string): Promise<string>;
  close(): Promise<void>;
}

export async function startPublishing(): Promise<PublishedVideos> {
  const directory = await mkdtemp(join(tmpdir(), "published-"));
  const stack = new SynthesizedStack(directory, synthesize().json, "http://127.0.0.1");
  const [raw, processed, thumbnails] = ["RawVideos", "ProcessedVideos", "Thumbnails"].map((name) =>
    stack.output(`${name}BucketName`),
  ) as [string, string, string];
  const objects = new ObjectStore(join(directory, "s3"), bucketsOf(stack));
  const s3 = new S3Api(objects, { region: stack.homeRegion, accountId: "000000000000" });
  const storage = await serve((request, response) => void s3.handle(request, response));
  const pages = await servePlayer();
  const mediaConvert = await startService({ storage: new MediaFiles(objects) });
  const clips = await Clips.create();

  return {
    pageUrl: `${pages.url}/`,
    publish: async (name, shape) => {
      await objects.put(raw, name, { file: await clips.draw("clip.mp4", shape) });
      const sourceUrl = `s3://${raw}/${name}`;
      const probe = new ProbeCommand({ InputFiles: [{ FileUrl: sourceUrl }] });
      const { ProbeResults } = await mediaConvert.client.send(probe);
      const source = sourceFactsOf(ProbeResults?.[0], sourceUrl);
      const request = jobRequest(
        { ...orderOf(source, "job", LADDER), sourceUrl },
        {
          role: "arn:aws:iam::111122223333:role/mediaconvert",
          queue: QUEUE,
          processedBucket: processed,
          thumbnailsBucket: thumbnails,
        },
      );
      const stem = name.replace(/\.mp4$/, "");
      const hls = request.Settings?.OutputGroups?.[0]?.OutputGroupSettings?.HlsGroupSettings;
      // Names every file after the source, which the pipeline avoids: the hardest case for a player.
      Object.assign(hls ?? {}, { Destination: `s3://${processed}/${stem}/` });
      const job = await mediaConvert.run({ ...request, ClientRequestToken: undefined });
      if (job.Status !== "COMPLETE") throw new Error(`${name}: ${job.ErrorMessage}`);
      const path = [processed, stem, `${stem}.m3u8`].map(encodeURIComponent).join("/");
      return `${storage.url}/${path}`;
    },
    fileOf: async (url) => {
      const [, bucket = "", ...key] = new URL(url).pathname.split("/").map(decodeURIComponent);
      const object = await objects.head(bucket, key.join("/"));
      if (!object) throw new Error(`There is no object at ${url}`);
      return object.path;
    },
    close: async () => {
      await mediaConvert.close();
      await Promise.all([storage.close(), pages.close(), clips.remove()]);
      await rm(directory, { recursive: true, force: true });
    },
  };
}
