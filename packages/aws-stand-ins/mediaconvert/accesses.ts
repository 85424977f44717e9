import { z } from "zod";
import { type Access, access } from "../iam/evaluation";
import { s3Arn } from "../s3/arn";
import { arnIn, type ServiceCall } from "../service";

const newJob = z.object({ queue: z.string().optional(), role: z.string() });
const probe = z.object({ inputFiles: z.array(z.object({ fileUrl: z.string() })) });

type Mapping = (call: ServiceCall, given: { id: string; query: URLSearchParams }) => readonly Access[];

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselementalmediaconvert.html */
const OPERATIONS: Readonly<Record<string, Mapping>> = {
  "POST jobs": (call) => {
    const { queue = "Default", role } = newJob.parse(JSON.parse(call.body));
    return [
      access("mediaconvert:CreateJob", queueArn(call, queue)),
      access("iam:PassRole", role, { "iam:passedtoservice": "mediaconvert.amazonaws.com" }),
    ];
  },
  "GET jobs": (call, { query }) => [
    access("mediaconvert:ListJobs", queueArn(call, query.get("queue") ?? "Default")),
  ],
  "GET jobs/": (call, { id }) => [access("mediaconvert:GetJob", arnIn(call, "mediaconvert", `jobs/${id}`))],
  "DELETE jobs/": (call, { id }) => [
    access("mediaconvert:CancelJob", arnIn(call, "mediaconvert", `jobs/${id}`)),
  ],
  "GET search": (call, { query }) => [
    access("mediaconvert:SearchJobs", queueArn(call, query.get("queue") ?? "Default")),
  ],
  "GET queues": () => [access("mediaconvert:ListQueues", "*")],
  "GET queues/": (call, { id }) => [access("mediaconvert:GetQueue", queueArn(call, id))],
  // Probe reads the file with the rights of its caller.
  "POST probe": (call) => [
    access("mediaconvert:Probe", "*"),
    ...probe
      .parse(JSON.parse(call.body))
      .inputFiles.map(({ fileUrl }) => access("s3:GetObject", s3Arn(fileUrl))),
  ],
};

export function mediaConvertAccesses(call: ServiceCall): readonly Access[] | undefined {
  const url = new URL(call.request.url ?? "/", "http://localhost");
  const [, collection, slash = "", id = ""] =
    /^\/2017-08-29\/([^/]+)(\/?)(.*)$/.exec(decodeURIComponent(url.pathname)) ?? [];
  return OPERATIONS[`${call.request.method} ${collection}${slash}`]?.(call, { id, query: url.searchParams });
}

function queueArn(call: ServiceCall, queue: string): string {
  return queue.startsWith("arn:") ? queue : arnIn(call, "mediaconvert", `queues/${queue}`);
}
