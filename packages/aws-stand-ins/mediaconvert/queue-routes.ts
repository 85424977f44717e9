import type { FastifyInstance } from "fastify";
import { API, parseRequest } from "./http";
import type { JobScheduler } from "./job-scheduler";
import { pageOf, pageQuery } from "./page";
import { describeQueue, type Queue, type Queues } from "./queues";

/** Queues and their tags. */
export function routeQueues(app: FastifyInstance, queues: Queues, scheduler: JobScheduler): void {
  type Named = { Params: { name: string } };
  type Tagged = {
    Params: { "*": string };
    Body: { arn?: string; tags?: Record<string, string>; tagKeys?: string[] };
  };
  const describe = (queue: Queue) => describeQueue(queue, scheduler.count(queue.arn));

  app.post(`${API}/queues`, ({ body }, reply) =>
    reply.code(201).send({ queue: describe(queues.create(body)) }),
  );
  app.get(`${API}/queues`, ({ query }) => {
    const wanted = parseRequest(pageQuery, query);
    const all = queues.list();
    if (wanted.order === "DESCENDING") all.reverse();
    const { entries, nextToken } = pageOf(all, wanted, ({ name }) => name);
    return { queues: entries.map(describe), nextToken };
  });
  app.get<Named>(`${API}/queues/:name`, ({ params }) => ({ queue: describe(queues.get(params.name)) }));
  app.put<Named>(`${API}/queues/:name`, ({ params, body }) => {
    const queue = queues.update(params.name, body);
    scheduler.startNext();
    return { queue: describe(queue) };
  });
  app.delete<Named>(`${API}/queues/:name`, ({ params }, reply) => {
    queues.delete(params.name);
    return reply.code(202).send({});
  });

  app.get<Tagged>(`${API}/tags/*`, ({ params }) => {
    const { arn, tags } = queues.get(params["*"]);
    return { resourceTags: { arn, tags } };
  });
  app.post<Tagged>(`${API}/tags`, ({ body }) => {
    const queue = queues.get(body.arn ?? "");
    queue.tags = { ...queue.tags, ...body.tags };
    return {};
  });
  app.put<Tagged>(`${API}/tags/*`, ({ params, body }) => {
    const queue = queues.get(params["*"]);
    queue.tags = Object.fromEntries(
      Object.entries(queue.tags).filter(([key]) => !body.tagKeys?.includes(key)),
    );
    return {};
  });
}
