import { JobStatus } from "@aws-sdk/client-mediaconvert";
import type { FastifyInstance } from "fastify";
import { z } from "zod";
import { API, parseRequest } from "./http";
import { describeJob, type Job } from "./job";
import type { JobScheduler } from "./job-scheduler";
import { pageOf, pageQuery } from "./page";
import type { Queues } from "./queues";

const listQuery = pageQuery.extend({ queue: z.string().optional(), status: z.enum(JobStatus).optional() });
const searchQuery = listQuery.extend({ inputFile: z.string().max(300).optional() });

interface JobApi {
  readonly scheduler: JobScheduler;
  readonly queues: Queues;
  createJob(body: unknown): Job;
  probe(body: unknown): Promise<object>;
}

export function routeJobs(app: FastifyInstance, { scheduler, queues, createJob, probe }: JobApi): void {
  type ById = { Params: { id: string } };

  const list = (query: unknown) => {
    const wanted = parseRequest(searchQuery, query);
    const queue = wanted.queue && queues.get(wanted.queue).arn;
    const found = scheduler
      .list()
      .filter((job) => !queue || job.queueArn === queue)
      .filter((job) => !wanted.status || job.status === wanted.status)
      .filter(
        (job) => !wanted.inputFile || inputsOf(job).some((uri) => uri.includes(wanted.inputFile ?? "")),
      );
    if (wanted.order !== "ASCENDING") found.reverse();
    const { entries, nextToken } = pageOf(found, wanted, ({ id }) => id);
    return { jobs: entries.map(describeJob), nextToken };
  };

  app.post(`${API}/jobs`, ({ body }, reply) => reply.code(201).send({ job: describeJob(createJob(body)) }));
  app.get(`${API}/jobs`, ({ query }) => list(parseRequest(listQuery, query)));
  app.get(`${API}/search`, ({ query }) => list(query));
  app.get<ById>(`${API}/jobs/:id`, ({ params }) => ({
    job: describeJob(scheduler.get(params.id)),
  }));
  app.delete<ById>(`${API}/jobs/:id`, async ({ params }, reply) => {
    await scheduler.cancel(params.id);
    return reply.code(202).send({});
  });
  app.post(`${API}/probe`, ({ body }) => probe(body));
}

const inputsOf = ({ request }: Job) => request.settings.inputs.flatMap(({ fileInput }) => fileInput ?? []);
