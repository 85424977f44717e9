import { createHash } from "node:crypto";
import { GetObjectCommand, PutObjectCommand } from "@aws-sdk/client-s3";
import { type CaptionTrack, trackId, trackName } from "../lambdas/captions/caption-track";
import { captionPlaylist, segmentOf, startOf } from "../lambdas/captions/hls-captions";
import { locationOf, showCaptions } from "../lambdas/captions/show-captions";
import type { CaptionChange, Captions, Job } from "../lambdas/jobs/job";
import type { JobRepository } from "../lambdas/jobs/job-repository";
import type { Deployment } from "./deployment";
import { Jobs } from "./jobs";
import { OperatorError } from "./operator-error";

/** More than people who change the captions of one video in the same second. */
const MAX_TRIES = 20;
/** Enough of a segment for its first picture. */
const START_BYTES = 65_536;

interface S3Object {
  readonly bucket: string;
  readonly key: string;
}

/**
 * Changes the captions of finished jobs, without MediaConvert. The row has the list; the manifests are then made to show
 * it. Two people may do this at once, and an interrupted command can be repeated: the stream plays at every point, and the
 * next change of any captions of the job completes what is missing (ADR 0028).
 */
export class CaptionEditor {
  private readonly jobs: JobRepository;

  constructor(private readonly deployment: Deployment) {
    this.jobs = new Jobs(deployment).repository;
  }

  /**
   * Adds captions, in place of those of the same language and kind.
   *
   * @throws {OperatorError} if the job has no stream
   */
  async add(jobId: string, track: CaptionTrack, webVtt: string): Promise<Job> {
    const files = await this.write(await this.complete(jobId), track, webVtt);
    const added = { ...track, name: trackName(track), ...files };
    return this.change(jobId, track, (captions) => {
      const index = captions.findIndex((one) => isSame(one, track));
      return index === -1
        ? { action: "added", next: [...captions, added] }
        : { action: "replaced", next: captions.with(index, added) };
    });
  }

  /**
   * Removes captions from the manifests. Their files stay for the players that have read a manifest already.
   *
   * @throws {OperatorError} if the job never had any of this language and kind
   */
  async remove(jobId: string, track: CaptionTrack): Promise<Job> {
    return this.change(jobId, track, (captions, job) => {
      const next = captions.filter((one) => !isSame(one, track));
      const wasRemoved = job.captionChanges?.[trackId(track)]?.action === "removed";
      if (next.length < captions.length || wasRemoved) return { action: "removed", next };
      const ids = captions.map(trackId).join(", ");
      throw new OperatorError(
        `The job has no captions ${trackId(track)}. ${ids ? `It has ${ids}.` : "It has none at all."}`,
      );
    });
  }

  private async change(
    jobId: string,
    track: CaptionTrack,
    edit: (captions: Captions[], job: Job) => { action: CaptionChange["action"]; next: Captions[] },
  ): Promise<Job> {
    for (let tries = 1; tries <= MAX_TRIES; tries += 1) {
      const job = await this.complete(jobId);
      const { action, next } = edit(job.outputs?.captions ?? [], job);
      const { applied, job: row } = await this.jobs.replaceCaptions(job, next, { track, action });
      if (applied) {
        await this.show(row);
        return row;
      }
    }
    throw new OperatorError("Others keep changing the captions of this job. Run the command again.");
  }

  private async complete(jobId: string): Promise<Job> {
    const job = await this.jobs.find(jobId);
    if (job?.status !== "COMPLETE" || job.outputs?.hlsManifest === undefined) {
      throw new OperatorError(
        `The job is ${job?.status ?? "gone"}. Captions can be changed once it is COMPLETE.`,
      );
    }
    return job;
  }

  private async show({ jobId, outputs = {} }: Job): Promise<void> {
    const { hlsManifest = "", dashManifest } = outputs;
    await showCaptions(
      this.deployment.clients.s3,
      { hlsManifest, dashManifest },
      async () => (await this.complete(jobId)).outputs?.captions ?? [],
    );
  }

  /** Under names that depend on the content, so that neither a cache nor a running player mixes two versions. */
  private async write(
    { outputs = {}, durationMs = 0 }: Job,
    track: CaptionTrack,
    webVtt: string,
  ): Promise<Pick<Captions, "playlist" | "file">> {
    const hls = locationOf(String(outputs.hlsManifest));
    const segment = segmentOf(webVtt, await this.startOf(hls));
    const hash = createHash("sha256").update(segment).digest("hex").slice(0, 16);
    const name = `${trackId(track)}-${hash}`;
    const folder = `${hls.key.slice(0, hls.key.lastIndexOf("/"))}/captions`;
    const put = (file: string, body: string, contentType: string) =>
      this.deployment.clients.s3.send(
        new PutObjectCommand({
          Bucket: hls.bucket,
          Key: `${folder}/${file}`,
          Body: body,
          ContentType: contentType,
        }),
      );
    await put(`${name}.vtt`, segment, "text/vtt; charset=utf-8");
    const playlist = captionPlaylist(`${name}.vtt`, durationMs / 1000);
    await put(`${name}.m3u8`, playlist, "application/vnd.apple.mpegurl");
    const url = `s3://${hls.bucket}/${folder}/${name}`;
    return { playlist: `${url}.m3u8`, file: `${url}.vtt` };
  }

  /** When the stream starts, in ticks of 90 kHz. MediaConvert chooses it for transport streams; fMP4 starts at 0. */
  private async startOf(manifest: S3Object): Promise<number> {
    const variant = firstUri(await this.text(manifest));
    const playlist = await this.text(at(manifest, variant));
    if (playlist.includes("#EXT-X-MAP:")) return 0;
    const segment = at(manifest, firstUri(playlist));
    const { Body } = await this.deployment.clients.s3.send(
      new GetObjectCommand({ Bucket: segment.bucket, Key: segment.key, Range: `bytes=0-${START_BYTES - 1}` }),
    );
    const start = startOf((await Body?.transformToByteArray()) ?? new Uint8Array());
    if (start !== undefined) return start;
    throw new OperatorError(`s3://${segment.bucket}/${segment.key} isn't a transport stream with a picture.`);
  }

  private async text({ bucket, key }: S3Object): Promise<string> {
    const { Body } = await this.deployment.clients.s3.send(
      new GetObjectCommand({ Bucket: bucket, Key: key }),
    );
    return (await Body?.transformToString("utf-8")) ?? "";
  }
}

const isSame = (one: CaptionTrack, other: CaptionTrack) => trackId(one) === trackId(other);

/** An output beside the manifest. */
function at({ bucket, key }: S3Object, uri: string): S3Object {
  return { bucket, key: key.slice(0, key.lastIndexOf("/") + 1) + decodeURIComponent(uri) };
}

function firstUri(playlist: string): string {
  const uri = playlist.split("\n").find((line) => line !== "" && !line.startsWith("#"));
  if (uri === undefined)
    throw new OperatorError("The stream's playlist is empty. Transcode the video again.");
  return uri.trim();
}
