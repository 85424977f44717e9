import * as z from "zod";
import { captionKind, languageOf } from "../../../lambdas/captions/caption-track";
import { webVttOf } from "../../caption-file";
import { CaptionEditor } from "../../captions";
import { choosePoster } from "../../choose-poster";
import type { Deployment } from "../../deployment";
import { Jobs } from "../../jobs";
import { queryAs, readBytes, readJson, sendJson } from "../wire";
import { JOB, type Route } from "./route";

/** As much as media-processor reads of captions that were uploaded with a video. */
const MOST_BYTES = 2 * 2 ** 20;

const track = z.object({
  kind: z.enum(captionKind.def.entries),
  language: z.string().transform((tag, context) => {
    const language = languageOf(tag);
    if (language !== undefined) return language;
    context.addIssue("Use a language of BCP 47, such as ja or pt-BR.");
    return z.NEVER;
  }),
});
const addition = track.extend({ name: z.string() });
const choice = z.object({ seconds: z.number().min(0) });

/** Changes what accompanies the stream of a finished job: its captions and its poster. */
export function companionRoutes(deployment: Deployment): Route[] {
  const editor = new CaptionEditor(deployment);
  const jobs = new Jobs(deployment);
  return [
    {
      method: "PUT",
      path: new RegExp(`^jobs/${JOB}/captions$`),
      answer: async ({ parameters: [jobId = ""], query, request, response }) => {
        const { name, ...added } = queryAs(addition, query);
        await editor.add(jobId, added, webVttOf(name, await readBytes(request, MOST_BYTES)));
        sendJson(response, {});
      },
    },
    {
      method: "POST",
      path: new RegExp(`^jobs/${JOB}/captions/removal$`),
      answer: async ({ parameters: [jobId = ""], request, response }) => {
        await editor.remove(jobId, await readJson(request, track));
        sendJson(response, {});
      },
    },
    {
      method: "POST",
      path: new RegExp(`^jobs/${JOB}/poster$`),
      answer: async ({ parameters: [jobId = ""], request, response }) => {
        const { seconds } = await readJson(request, choice);
        const [job] = await jobs.find(jobId);
        await choosePoster(jobs, job, seconds);
        sendJson(response, {});
      },
    },
  ];
}
