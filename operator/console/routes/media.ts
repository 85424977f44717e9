import type { ServerResponse } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import type { ReadableStream } from "node:stream/web";
import { GetObjectCommand } from "@aws-sdk/client-s3";
import type { Deployment } from "../../deployment";
import { Jobs } from "../../jobs";
import type { Playable } from "../protocol";
import { Refusal } from "../refusal";
import { SignedMedia } from "../signed-media";
import { sendJson } from "../wire";
import { JOB, type Route } from "./route";

const PASSED_ON = ["content-type", "content-length", "content-range", "accept-ranges"];

/** The pictures and streams of jobs. */
export function mediaRoutes(deployment: Deployment): Route[] {
  const media = new SignedMedia(deployment);
  const read = async (jobId: string, path: string, range: string | undefined, response: ServerResponse) =>
    passOn(await media.read(jobId, path, range), response);
  return [
    {
      method: "GET",
      path: new RegExp(`^jobs/${JOB}/playback$`),
      answer: async ({ parameters: [jobId = ""], response }) => {
        const below = (path: string) => `jobs/${jobId}/media${path}`;
        const storyboard = await media.storyboardOf(jobId);
        const playable: Playable = {
          manifest: below(await media.manifestOf(jobId)),
          ...(storyboard !== undefined && { storyboard: below(storyboard) }),
        };
        sendJson(response, playable);
      },
    },
    {
      method: "GET",
      path: new RegExp(`^jobs/${JOB}/media(/.+)$`),
      answer: ({ parameters: [jobId = "", path = ""], request, response }) =>
        read(jobId, path, request.headers.range, response),
    },
    {
      method: "GET",
      path: new RegExp(`^jobs/${JOB}/poster$`),
      answer: async ({ parameters: [jobId = ""], response }) => {
        const [{ outputs, playback }] = await new Jobs(deployment).find(jobId);
        if (outputs?.poster === undefined) throw new Refusal(404, "The job has no poster.");
        if (playback?.poster !== undefined && media.canSign)
          return read(jobId, new URL(playback.poster).pathname, undefined, response);
        const [, Bucket, Key] = /^s3:\/\/([^/]+)\/(.*)$/s.exec(outputs.poster) ?? [];
        const { Body, ContentType } = await deployment.clients.s3.send(new GetObjectCommand({ Bucket, Key }));
        response.setHeader("content-type", ContentType ?? "image/jpeg");
        await pipeline(Body as Readable, response);
      },
    },
  ];
}

async function passOn(answer: Response, response: ServerResponse): Promise<void> {
  if (!answer.ok) throw new Refusal(answer.status, `The distribution answers ${answer.status}.`);
  for (const name of PASSED_ON) {
    const value = answer.headers.get(name);
    if (value !== null && !(name === "content-length" && answer.headers.has("content-encoding")))
      response.setHeader(name, value);
  }
  response.statusCode = answer.status;
  if (answer.body === null) response.end();
  else await pipeline(Readable.fromWeb(answer.body as ReadableStream), response);
}
