import type { IncomingMessage } from "node:http";
import { text } from "node:stream/consumers";
import type { Notification } from "aws-stand-ins/messaging/notification-inbox";
import { FAULT_NAMES, type Faults, FaultsError, maximumOf, parseFaults, withDefaults } from "../faults";
import { DISTRIBUTION, publicKeysOf } from "./delivery";
import type { StackContext } from "./stack-context";

/** What a local pipeline knows of itself, and no service of AWS tells. */
export interface PipelineKnowledge {
  /** @default none */
  readonly playbackKeyFile: string | undefined;
  /** Where each job has a page, once they are served. */
  readonly pages: { readonly origin?: string };
  /** Every notification since the start. */
  notifications(): Promise<readonly Notification[]>;
  /** Each ffmpeg of a job with its arguments. */
  commandsOf(mediaConvertJobId: string): readonly (readonly string[])[];
  readonly faults: { readonly current: Faults; switch(faults: Faults): void };
}

/**
 * Serves what the operator's tools need to know of a local pipeline, as a service named `media-pipeline`
 * (`operator/local-run.ts` calls it). It names the file of the private key and never its content.
 */
export function servePipeline(context: Pick<StackContext, "stack" | "gateway">, known: PipelineKnowledge) {
  context.gateway.serve({
    name: "media-pipeline",
    // No role may call it.
    accessesOf: () => undefined,
    handle: async (request, response) => {
      const { status, body } = await answer(context, known, request);
      response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
    },
  });
}

interface Answer {
  readonly status: number;
  readonly body: object;
}

async function answer(
  context: Pick<StackContext, "stack">,
  known: PipelineKnowledge,
  request: IncomingMessage,
): Promise<Answer> {
  const [, resource, id = ""] = (request.url ?? "/").split("/");
  switch (`${request.method} /${resource}`) {
    case "GET /":
      return ok({ ...descriptionOf(context, known), pagesOrigin: known.pages.origin });
    case "GET /notifications":
      return ok((await known.notifications()).filter(({ message }) => jobIdOf(message) === id));
    case "GET /commands":
      return ok(known.commandsOf(id));
    case "GET /faults":
      return ok(faultStates(known.faults.current));
    case "PUT /faults":
      return switchFaults(known, await text(request));
    default:
      return { status: 404, body: { message: `There is no ${request.method} ${request.url}.` } };
  }
}

const ok = (body: object): Answer => ({ status: 200, body });

function descriptionOf({ stack }: Pick<StackContext, "stack">, { playbackKeyFile }: PipelineKnowledge) {
  const playback = {
    origin: `http://${stack.distributionHost}`,
    publicKeys: publicKeysOf(stack),
    privateKeyFile: playbackKeyFile,
  };
  return {
    region: stack.homeRegion,
    stackDirectory: stack.directory,
    jobTable: stack.output("JobStatusTableName"),
    rawBucket: stack.output("RawVideosBucketName"),
    playback: stack.has(DISTRIBUTION) ? playback : undefined,
  };
}

const jobIdOf = (message: unknown) => (message as { readonly jobId?: unknown } | null)?.jobId;

function faultStates(current: Faults) {
  const off = withDefaults();
  return FAULT_NAMES.map((name) => ({
    ...{ name, value: current[name], off: off[name], maximum: maximumOf(name) },
  }));
}

function switchFaults({ faults }: PipelineKnowledge, list: string): Answer {
  try {
    faults.switch(parseFaults(list));
    return ok(faultStates(faults.current));
  } catch (error) {
    if (!(error instanceof FaultsError)) throw error;
    return { status: 400, body: { message: error.message } };
  }
}
