import { rmSync } from "node:fs";
import { join } from "node:path";
import { RoleStorage } from "aws-stand-ins/iam/role-storage";
import type { FfmpegTools } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { LocalMediaConvert } from "aws-stand-ins/mediaconvert/service";
import type { ObjectStore } from "aws-stand-ins/s3/object-store";
import { z } from "zod";
import { LOCAL_ACCOUNT_ID } from "../terraform/local-account";
import { argumentsOf, StackError, textLike } from "../terraform/resource";
import type { SynthesizedStack } from "../terraform/synthesized-stack";
import type { EventRules } from "./event-rules";
import { MediaFiles } from "./media-files";
import type { StackContext } from "./stack-context";

export interface TranscodingOptions {
  readonly tools: FfmpegTools;
  /** Writes stand-in outputs instead of encoding. @default false */
  readonly instant?: boolean;
  /** The number of first jobs that fail. @default 0 */
  readonly errorJobs?: number;
  /** Called with each ffmpeg command line before it runs. */
  onCommand?(command: readonly string[]): void;
}

/** MediaConvert with the stack's queues; jobs read and write the object store under their role. */
export function startTranscoding(
  context: StackContext,
  objects: ObjectStore,
  events: EventRules,
  options: TranscodingOptions,
): LocalMediaConvert {
  const { stack, gateway, access, dataDirectory, eventFaults } = context;
  const { region, queues } = transcodingQueuesOf(stack);
  const workDirectory = join(dataDirectory, "transcoding");
  // A job that was interrupted starts again from its beginning.
  rmSync(workDirectory, { recursive: true, force: true });
  const mediaConvert = new LocalMediaConvert({
    ...options,
    accountId: LOCAL_ACCOUNT_ID,
    region,
    queues,
    storage: new RoleStorage({
      files: new MediaFiles(objects),
      access,
      queueArns: queues.map(({ arn }) => arn),
    }),
    publish: (event) => eventFaults.deliver(() => events.put(region, event)),
    workDirectory,
    jobDirectory: join(dataDirectory, "mediaconvert"),
  });
  gateway.serve(mediaConvert);
  return mediaConvert;
}

const queue = z.object({ name: textLike(/^[^\s/]+$/, "a name without spaces and slashes") });

/** @throws {StackError} if there is no queue, or queues are in several regions */
export function transcodingQueuesOf(stack: SynthesizedStack) {
  const resources = stack.resources("aws_media_convert_queue");
  const [first] = resources;
  if (first === undefined)
    throw new StackError("The stack has no aws_media_convert_queue, so it can't transcode anything.");
  const elsewhere = resources.find(({ region }) => region !== first.region);
  if (elsewhere !== undefined) {
    throw new StackError(
      `${elsewhere.address} is in ${elsewhere.region}, ${first.address} in ${first.region}: ` +
        "the local pipeline runs MediaConvert in one region only.",
    );
  }
  return {
    region: first.region,
    queues: resources.map((resource) => ({
      name: argumentsOf(resource, queue).name,
      arn: stack.arnOf(resource),
    })),
  };
}
