import type { z } from "zod";
import { describeJob, type Job } from "./job";
import { listQuery, pageOf, searchQuery } from "./job-list";
import type { JobScheduler } from "./job-scheduler";
import { describeQueue, type Queues, tagging, untagging } from "./queues";
import { type Given, parseRequest } from "./rest-api";

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
  answer(api: MediaConvertApi, given: Given): object | Promise<object>;
}

/** Every operation of the service that has a caller, by its route. */
export const OPERATIONS: Readonly<Record<string, Operation>> = {
  "POST jobs": {
    ...{ name: "CreateJob", status: 201 },
    answer: (api, { body }) => ({ job: describeJob(api.createJob(body)) }),
  },
  "GET jobs": {
    name: "ListJobs",
    answer: (api, { query }) => listJobs(api, parseRequest(listQuery, query)),
  },
  "GET search": {
    name: "SearchJobs",
    answer: (api, { query }) => listJobs(api, parseRequest(searchQuery, query)),
  },
  "GET jobs/:id": {
    name: "GetJob",
    answer: ({ scheduler }, { id }) => ({ job: describeJob(scheduler.get(id)) }),
  },
  "DELETE jobs/:id": {
    ...{ name: "CancelJob", status: 202 },
    answer: ({ scheduler }, { id }) => scheduler.cancel(id).then(() => ({})),
  },
  "POST probe": {
    name: "Probe",
    answer: (api, { body }) => api.probe(body),
  },
  "POST queues": {
    ...{ name: "CreateQueue", status: 201 },
    answer: ({ queues }, { body }) => ({ queue: describeQueue(queues.create(body)) }),
  },
  "GET queues/:id": {
    name: "GetQueue",
    answer: ({ queues }, { id }) => ({ queue: describeQueue(queues.get(id)) }),
  },
  "DELETE queues/:id": {
    ...{ name: "DeleteQueue", status: 202 },
    answer: ({ queues }, { id }) => queues.delete(id),
  },
  "GET tags/:id": {
    name: "ListTagsForResource",
    answer({ queues }, { id }) {
      const { arn, tags } = queues.get(id);
      return { resourceTags: { arn, tags } };
    },
  },
  "POST tags": {
    name: "TagResource",
    answer({ queues }, { body }) {
      const { arn, tags } = parseRequest(tagging, body);
      Object.assign(queues.get(arn).tags, tags);
      return {};
    },
  },
  "PUT tags/:id": {
    name: "UntagResource",
    answer({ queues }, { id, body }) {
      const { tags } = queues.get(id);
      for (const key of parseRequest(untagging, body).tagKeys) delete tags[key];
      return {};
    },
  },
};

function listJobs({ scheduler, queues }: MediaConvertApi, query: z.infer<typeof searchQuery>) {
  const { inputFile = "", queue } = query;
  const queueArn = queue === undefined ? undefined : queues.get(queue).arn;
  const found = scheduler
    .list()
    .filter((job) => queueArn === undefined || job.queueArn === queueArn)
    .filter(({ request }) => request.settings.inputs.some(({ fileInput }) => fileInput.includes(inputFile)));
  const { page, nextToken } = pageOf(found, query);
  return { jobs: page.map(describeJob), nextToken };
}
