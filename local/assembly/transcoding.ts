import { rmSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { join } from "node:path";
import type { EventBus } from "aws-stand-ins/eventbridge/event-bus";
import type { FfmpegTools } from "aws-stand-ins/ffmpeg";
import { credentialScopeOf } from "aws-stand-ins/iam/credential-scope";
import { RoleStorage } from "aws-stand-ins/iam/role-storage";
import { LocalMediaConvert } from "aws-stand-ins/mediaconvert/service";
import type { ObjectStore } from "aws-stand-ins/s3/object-store";
import { busArn } from "../deployment/event-rules";
import { transcodingQueuesOf } from "../deployment/transcoding-queues";
import { MediaFiles } from "../media-files";
import { LOCAL_ACCOUNT_ID } from "../terraform/synthesized-stack";
import type { Functions } from "./functions";
import type { Surroundings } from "./surroundings";

export interface TranscodingOptions {
  readonly tools: FfmpegTools;
  /** Stand-in outputs instead of encoded ones. @default false */
  readonly instant?: boolean;
  /** Told of each ffmpeg command line. */
  onCommand?(command: readonly string[]): void;
}

/** MediaConvert with the stack's queues, reading and writing the object store with the jobs' role. */
export function startTranscoding(
  around: Surroundings,
  objects: ObjectStore,
  bus: EventBus,
  functions: Functions,
  options: TranscodingOptions,
): LocalMediaConvert {
  const { stack, gateway, access, dataDirectory, faults } = around;
  const { region, queues } = transcodingQueuesOf(stack);
  const workDirectory = join(dataDirectory, "transcoding");
  // What an interrupted run has left there is of no use: jobs don't outlive their process.
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
    publish: async (event) => void (await bus.put(busArn(region), event)),
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
