import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { type Job, ProbeCommand } from "@aws-sdk/client-mediaconvert";
import type { MediaConvertEvent } from "aws-stand-ins/mediaconvert/events";
import { Clips, tools } from "aws-stand-ins/testing/clips";
import { type ServiceUnderTest, startService } from "aws-stand-ins/testing/mediaconvert";
import { jobRequest } from "../../../lambdas/transcoding/job-request";
import { LADDER, type Rung } from "../../../lambdas/transcoding/ladder";
import { sourceFactsOf } from "../../../lambdas/transcoding/probe-result";
import { orderOf } from "../../lambdas/transcoding/sources";

const SITE = {
  role: "arn:aws:iam::111122223333:role/mediaconvert",
  queue: "arn:aws:mediaconvert:eu-west-3:111122223333:queues/videos",
  processedBucket: "processed",
  thumbnailsBucket: "thumbnails",
};

/** Runs ffmpeg. @returns its standard output and, after `-v info`, what its filters report */
export async function ffmpeg(...args: string[]): Promise<{ stdout: Buffer; stderr: string }> {
  const { stdout, stderr } = await promisify(execFile)(tools.ffmpeg, ["-nostdin", "-y", ...args], {
    encoding: "buffer",
    maxBuffer: 256 * 1024 * 1024,
  });
  return { stdout, stderr: stderr.toString() };
}

/** A clip, transcoded by the local MediaConvert with the pipeline's own job request. */
export interface Transcoded {
  readonly job: Job;
  /** The job's COMPLETE event. */
  readonly completion: MediaConvertEvent | undefined;
  /** The path on disk of an output of the HLS group. */
  stream(name: string): string;
  /** The path on disk of a capture. */
  capture(index: number): string;
  /** The names of the HLS group's outputs, such as "main_720p_00001.ts". */
  readonly names: readonly string[];
}

export class Transcodings {
  private constructor(
    private readonly clips: Clips,
    private readonly aws: ServiceUnderTest,
  ) {}

  static async start(): Promise<Transcodings> {
    return new Transcodings(await Clips.create(), await startService());
  }

  /** @param recipe ffmpeg's arguments, without the output file */
  draw(name: string, ...recipe: string[]): Promise<string> {
    return this.clips.make(name, ...recipe);
  }

  async transcode(
    file: string,
    ladder: readonly Rung[] = LADDER,
    options?: { readonly fieldDoubling?: boolean },
  ): Promise<Transcoded> {
    const jobId = file.replace(/^.*\//, "").replaceAll(/\W/g, "-");
    const sourceUrl = `s3://raw/${jobId}/${file.replace(/^.*\//, "")}`;
    await this.aws.put(file, sourceUrl);
    const probe = new ProbeCommand({ InputFiles: [{ FileUrl: sourceUrl }] });
    const { ProbeResults } = await this.aws.client.send(probe);
    const source = sourceFactsOf(ProbeResults?.[0], sourceUrl);
    const order = orderOf(source, jobId, ladder, options?.fieldDoubling);
    const job = await this.aws.run(jobRequest({ ...order, sourceUrl }, SITE));
    if (job.Status !== "COMPLETE") throw new Error(`${file}: ${job.ErrorMessage}`);
    const folder = `s3://processed/${jobId}/`;
    return {
      job,
      completion: this.aws.events.find(
        ({ detail }) => detail.jobId === job.Id && detail.status === "COMPLETE",
      ),
      stream: (name) => this.aws.pathOf(folder + name),
      capture: (index) =>
        this.aws.pathOf(`s3://thumbnails/${jobId}/main_thumb.${String(index).padStart(7, "0")}.jpg`),
      names: this.aws.written.flatMap(({ uri }) => (uri.startsWith(folder) ? uri.slice(folder.length) : [])),
    };
  }

  async close(): Promise<void> {
    await this.aws.close();
    await this.clips.remove();
  }
}
