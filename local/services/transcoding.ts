import { rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { FfmpegTools } from "aws-stand-ins/ffmpeg";
import { credentialScopeOf } from "aws-stand-ins/iam/credential-scope";
import { RoleStorage } from "aws-stand-ins/iam/role-storage";
import { LocalMediaConvert } from "aws-stand-ins/mediaconvert/service";
import type { ObjectStore } from "aws-stand-ins/s3/object-store";
import { z } from "zod";
import { LOCAL_ACCOUNT_ID } from "../terraform/local-account";
import { argumentsOf, StackError } from "../terraform/resource";
import type { SynthesizedStack } from "../terraform/synthesized-stack";
import type { EventRules } from "./event-rules";
import type { Functions } from "./functions";
import { MediaFiles } from "./media-files";
import type { StackContext } from "./stack-context";

export interface TranscodingOptions {
  readonly tools: FfmpegTools;
  /** Writes stand-in outputs instead of encoding. @default false */
  readonly instant?: boolean;
  /** Called with each ffmpeg command line before it runs. */
  onCommand?(command: readonly string[]): void;
}

/** MediaConvert with the stack's queues; jobs read and write the object store under their role. */
export function startTranscoding(
  context: StackContext,
  objects: ObjectStore,
  events: EventRules,
  functions: Functions,
  options: TranscodingOptions,
): LocalMediaConvert {
  const { stack, gateway, access, dataDirectory, faults } = context;
  const { region, queues } = transcodingQueuesOf(stack);
  const workDirectory = join(dataDirectory, "transcoding");
  // Jobs end with their process, so an interrupted run leaves nothing of use.
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
    publish: (event) => events.put(region, event),
    workDirectory,
    faults,
  });

  let crashes = faults?.crashAfterCreateJob ?? 0;
  gateway.serve({
    name: mediaConvert.name,
    accessesOf: mediaConvert.accessesOf,
    async handle(request, response) {
      if (crashes > 0 && request.method === "POST" && request.url?.endsWith("/jobs")) {
        crashes -= 1;
        crashBeforeAnswer(request, response, functions);
      }
      await mediaConvert.handle(request, response);
    },
  });
  return mediaConvert;
}

/** MediaConvert has the job, and the function that asked for it never hears of it. */
function crashBeforeAnswer(
  request: IncomingMessage,
  response: ServerResponse,
  { definitions, host }: Functions,
): void {
  const caller = credentialScopeOf(request)?.accessKeyId;
  const name = definitions.find(({ credentials }) => credentials.accessKeyId === caller)?.name;
  response.end = () => {
    if (name !== undefined) host.crash(name);
    return response.destroy();
  };
}

const queue = z.object({ name: z.string(), concurrent_jobs: z.number().optional() });

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
    queues: resources.map((resource) => {
      const { name, concurrent_jobs } = argumentsOf(resource, queue);
      return { name, arn: stack.arnOf(resource), concurrentJobs: concurrent_jobs };
    }),
  };
}
