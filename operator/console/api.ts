import type { IncomingMessage, ServerResponse } from "node:http";
import type { Deployment } from "../deployment";
import { pipelineState } from "../pipeline-state";
import { Feed } from "./feed";
import { JobLines } from "./job-lines";
import type { ConsoleInfo, JobsEvent, PipelineState } from "./protocol";
import { Refusal } from "./refusal";
import { companionRoutes } from "./routes/companions";
import { jobRoutes } from "./routes/jobs";
import { mediaRoutes } from "./routes/media";
import { pipelineRoutes } from "./routes/pipeline";
import type { Route } from "./routes/route";
import { uploadRoutes } from "./routes/uploads";
import { sendJson } from "./wire";

/** Locally, and on AWS, where each look costs a little. */
const [LOCAL_REFRESH_MS, AWS_REFRESH_MS] = [1000, 5000];

/** Everything that the page asks for: the read model, as routes. */
export interface Api {
  /** @param path below `api/` */
  answer(
    path: string,
    query: URLSearchParams,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<void>;
  close(): void;
}

export function apiOf(deployment: Deployment, { isReadOnly }: { readonly isReadOnly: boolean }): Api {
  const { selector, isLocal } = deployment;
  const info: ConsoleInfo = { selector, isLocal, isReadOnly };
  const lines = new JobLines(deployment);
  const jobs = new Feed<JobsEvent>(
    async () => ({ jobs: await lines.read() }),
    isLocal ? LOCAL_REFRESH_MS : AWS_REFRESH_MS,
  );
  const state = new Feed<PipelineState>(
    () => pipelineState(deployment, Date.now()),
    isLocal ? LOCAL_REFRESH_MS : AWS_REFRESH_MS,
  );
  const routes: readonly Route[] = [
    { method: "GET", path: /^info$/, answer: async ({ response }) => sendJson(response, info) },
    { method: "GET", path: /^jobs$/, answer: async ({ response }) => jobs.subscribe(response) },
    ...jobRoutes(deployment),
    ...companionRoutes(deployment),
    ...mediaRoutes(deployment),
    ...pipelineRoutes(deployment, state),
    ...uploadRoutes(deployment),
  ];
  return {
    answer: async (path, query, request, response) => {
      const onPath = routes.filter((route) => route.path.test(path));
      const route = onPath.find(({ method }) => method === request.method);
      if (route === undefined)
        throw onPath.length === 0
          ? new Refusal(404, `There is no ${path}.`)
          : new Refusal(405, `${request.method} isn't allowed.`);
      if (isReadOnly && route.method !== "GET")
        throw new Refusal(403, "The console is read-only. Start it without --read-only to act.");
      const [, ...parameters] = route.path.exec(path) ?? [];
      await route.answer({ parameters: parameters.map(decodeURIComponent), query, request, response });
    },
    close: () => {
      jobs.close();
      state.close();
    },
  };
}
