import { GetJobCommand, NotFoundException } from "@aws-sdk/client-mediaconvert";
import { isTerminal, type Job } from "../../../lambdas/jobs/job";
import { cancel } from "../../cancellation";
import type { Deployment } from "../../deployment";
import { Jobs } from "../../jobs";
import { orderRuns, requireEnded } from "../../orders";
import { shellQuoted } from "../../printable";
import { storyOf } from "../../story";
import type { LocalTraces, UploadStory } from "../protocol";
import { Refusal } from "../refusal";
import { sendJson } from "../wire";
import { JOB, type Route } from "./route";

export function jobRoutes(deployment: Deployment): Route[] {
  const jobs = new Jobs(deployment);
  const rowOf = async ([jobId = ""]: readonly string[]): Promise<Job> => (await jobs.find(jobId))[0];
  return [
    {
      method: "GET",
      path: /^stories\/(.+)$/,
      answer: async ({ parameters: [idOrKey = ""], response }) => {
        const told = await storyOf(deployment, idOrKey, Date.now());
        const story: UploadStory = { ...told, hasEnded: told.job !== null && isTerminal(told.job.status) };
        sendJson(response, story);
      },
    },
    {
      method: "GET",
      path: new RegExp(`^jobs/${JOB}/settings$`),
      answer: async ({ parameters, response }) => {
        const { mediaConvertJobId: Id } = await rowOf(parameters);
        if (Id === undefined) throw new Refusal(404, "MediaConvert has no job for it.");
        sendJson(response, await settingsOf(deployment, Id));
      },
    },
    {
      method: "GET",
      path: new RegExp(`^jobs/${JOB}/local-traces$`),
      answer: async ({ parameters, response }) =>
        sendJson(response, await localTracesOf(deployment, await rowOf(parameters))),
    },
    {
      method: "POST",
      path: new RegExp(`^jobs/${JOB}/retry$`),
      answer: async ({ parameters, response }) => {
        const job = await rowOf(parameters);
        requireEnded(job);
        await orderRuns(deployment, [job]);
        sendJson(response, {});
      },
    },
    {
      method: "POST",
      path: new RegExp(`^jobs/${JOB}/cancel$`),
      answer: async ({ parameters, response }) => {
        await cancel(deployment, await rowOf(parameters));
        sendJson(response, {});
      },
    },
  ];
}

async function localTracesOf({ run }: Deployment, job: Job): Promise<LocalTraces> {
  if (run === undefined) throw new Refusal(404, "AWS keeps neither notifications nor commands.");
  const [notifications, commands] = await Promise.all([
    run.notificationsOf(job.jobId),
    job.mediaConvertJobId === undefined ? [] : run.commandsOf(job.mediaConvertJobId),
  ]);
  return { notifications, commands: commands.map((command) => command.map(shellQuoted).join(" ")) };
}

async function settingsOf({ clients }: Deployment, Id: string): Promise<object> {
  try {
    const { Job } = await clients.mediaConvert.send(new GetJobCommand({ Id }));
    return Job?.Settings ?? {};
  } catch (error) {
    if (error instanceof NotFoundException)
      throw new Refusal(404, "MediaConvert forgets a job after 90 days.");
    throw error;
  }
}
