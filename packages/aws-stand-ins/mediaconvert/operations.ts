import { z } from "zod";
import { type Access, access } from "../iam/evaluation";
import { s3Arn } from "../s3/arn";
import { arnIn, type ServiceCall } from "../service";
import { describeJob, type Job } from "./job";
import { listQuery, pageOf, searchQuery } from "./job-list";
import type { JobScheduler } from "./job-scheduler";
import { describeQueue, type Queues, queuesQuery, tagging, untagging } from "./queues";
import { type Given, parseBody, parseRequest, routeOf } from "./rest-api";

/** What the operations work on. */
export interface MediaConvertApi {
  readonly scheduler: JobScheduler;
  readonly queues: Queues;
  createJob(body: unknown): Job;
  probe(body: unknown): Promise<object>;
}

export interface Operation {
  /** As the service's model and IAM spell it. */
  readonly name: string;
  /** HTTP. @default 200 */
  readonly status?: number;
  /**
   * The resource that the action is performed on.
   * https://docs.aws.amazon.com/service-authorization/latest/reference/list_awselementalmediaconvert.html
   * @default any
   */
  resource?(call: ServiceCall, given: Given): string;
  /** Permissions besides the action's own. */
  alsoNeeds?(given: Given): readonly Access[];
  answer(api: MediaConvertApi, given: Given): object | Promise<object>;
}

/** Every operation of the service that has a caller, by its route. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  "POST jobs": {
    name: "CreateJob",
    status: 201,
    resource: (call, { body }) => queueArn(call, jobOf(body).queue),
    alsoNeeds: ({ body }) => [
      access("iam:PassRole", jobOf(body).role, { "iam:passedtoservice": "mediaconvert.amazonaws.com" }),
    ],
    answer: (api, { body }) => ({ job: describeJob(api.createJob(body)) }),
  },
  "GET jobs": {
    name: "ListJobs",
    resource: (call, { query }) => queueArn(call, query.queue),
    answer: (api, { query }) => listJobs(api, parseRequest(listQuery, query)),
  },
  "GET search": {
    name: "SearchJobs",
    resource: (call, { query }) => queueArn(call, query.queue),
    answer: (api, { query }) => listJobs(api, parseRequest(searchQuery, query)),
  },
  "GET jobs/:id": {
    name: "GetJob",
    resource: (call, { id }) => arnIn(call, "mediaconvert", `jobs/${id}`),
    answer: ({ scheduler }, { id }) => ({ job: describeJob(scheduler.get(id)) }),
  },
  "DELETE jobs/:id": {
    name: "CancelJob",
    status: 202,
    resource: (call, { id }) => arnIn(call, "mediaconvert", `jobs/${id}`),
    answer: ({ scheduler }, { id }) => scheduler.cancel(id).then(() => ({})),
  },
  "POST probe": {
    name: "Probe",
    // Probe reads the file with the permissions of its caller.
    alsoNeeds: ({ body }) =>
      (filesOf.safeParse(body).data?.inputFiles ?? []).map(({ fileUrl }) =>
        access("s3:GetObject", s3Arn(fileUrl)),
      ),
    answer: (api, { body }) => api.probe(body),
  },
  "POST queues": {
    name: "CreateQueue",
    status: 201,
    answer: ({ queues }, { body }) => ({ queue: describeQueue(queues.create(body)) }),
  },
  "GET queues": {
    name: "ListQueues",
    answer: ({ queues, scheduler }, { query }) => {
      parseRequest(queuesQuery, query);
      return { queues: queues.list().map(describeQueue), totalConcurrentJobs: scheduler.concurrentJobs };
    },
  },
  "GET queues/:id": {
    name: "GetQueue",
    resource: (call, { id }) => queueArn(call, id),
    answer: ({ queues }, { id }) => ({ queue: describeQueue(queues.get(id)) }),
  },
  "DELETE queues/:id": {
    name: "DeleteQueue",
    status: 202,
    resource: (call, { id }) => queueArn(call, id),
    answer: ({ queues }, { id }) => queues.delete(id),
  },
  "GET tags/:id": {
    name: "ListTagsForResource",
    resource: (_call, { id }) => id,
    answer({ queues }, { id }) {
      const { arn, tags } = queues.get(id);
      return { resourceTags: { arn, tags } };
    },
  },
  "POST tags": {
    name: "TagResource",
    resource: (_call, { body }) => tagging.safeParse(body).data?.arn ?? "*",
    answer({ queues }, { body }) {
      const { arn, tags } = parseRequest(tagging, body);
      Object.assign(queues.get(arn).tags, tags);
      return {};
    },
  },
  "PUT tags/:id": {
    name: "UntagResource",
    resource: (_call, { id }) => id,
    answer({ queues }, { id, body }) {
      const { tags } = queues.get(id);
      for (const key of parseRequest(untagging, body).tagKeys) delete tags[key];
      return {};
    },
  },
};

/** AWS's names of the calls that MediaConvert offers. */
export const MEDIACONVERT_CALLS: readonly string[] = Object.values(OPERATIONS).map(({ name }) => name);

/** The permissions that a call needs; undefined if the stand-in doesn't support it. */
export function mediaConvertAccesses(call: ServiceCall): readonly Access[] | undefined {
  const { route, ...address } = routeOf(call.request);
  const operation = OPERATIONS[route];
  if (!operation) return undefined;
  const given = { ...address, body: parseBody(call.body) };
  return [
    access(`mediaconvert:${operation.name}`, operation.resource?.(call, given) ?? "*"),
    ...(operation.alsoNeeds?.(given) ?? []),
  ];
}

function queueArn(call: ServiceCall, queue = "Default"): string {
  return queue.startsWith("arn:") ? queue : arnIn(call, "mediaconvert", `queues/${queue}`);
}

/** A request may still be invalid when its permissions are checked. */
const jobOf = (body: unknown) =>
  z.object({ queue: z.string().optional().catch(undefined), role: z.string().catch("") }).parse(body);
const filesOf = z.object({ inputFiles: z.array(z.object({ fileUrl: z.string() })) });

function listJobs({ scheduler, queues }: MediaConvertApi, query: z.infer<typeof searchQuery>) {
  const { inputFile = "", queue } = query;
  const queueArn = queue === undefined ? undefined : queues.get(queue).arn;
  const found = scheduler
    .list()
    .filter((job) => queueArn === undefined || job.queueArn === queueArn)
    .filter(({ inputs }) => inputs.some((input) => input.includes(inputFile)));
  const { page, nextToken } = pageOf(found, query);
  return { jobs: page.map(({ id }) => describeJob(scheduler.get(id))), nextToken };
}
