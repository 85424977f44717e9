import { MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import type { Context } from "aws-lambda";
import { readEnvironment } from "../environment";
import { eventServices, eventVariables } from "../jobs/event-services";
import { recordEvent } from "../jobs/record-event";
import { countEnd, countStrayJob, logger, publishMetrics } from "../observability";
import { createClient, withDeadline } from "../service-client";
import { cancelJob } from "../transcoding/cancel-job";
import { mediaConvertEvent } from "../transcoding/media-convert-event";
import * as z from "../zod";

const environment = readEnvironment(eventVariables);
const mediaConvert = createClient(MediaConvertClient, { region: environment.MEDIACONVERT_REGION });
const services = eventServices(environment);

/** Leaves time to log the failure. */
const RESERVE_MS = 2_000;

/** Handles one `MediaConvert Job State Change` event from EventBridge. Lambda retries an event that throws. */
export async function handler(input: unknown, context: Context): Promise<void> {
  const parsed = mediaConvertEvent.safeParse(input);
  if (!parsed.success) {
    throw new Error(`Not an event of a MediaConvert job: ${z.prettifyError(parsed.error)}`);
  }
  const { detail } = parsed.data;
  const log = logger.createChild({
    persistentKeys: {
      requestId: context.awsRequestId,
      jobId: detail.userMetadata?.jobId,
      mediaConvertJobId: detail.jobId,
      status: detail.status,
    },
  });
  const remainingMs = context.getRemainingTimeInMillis() - RESERVE_MS;
  try {
    const { outcome, announced, ended, failure } = await withDeadline(remainingMs, async () => {
      const recorded = await recordEvent(parsed.data, services);
      if (recorded.outcome === "stray") await cancelJob(mediaConvert, detail.jobId);
      return recorded;
    });
    if (ended) countEnd(ended);
    if (outcome === "stray") {
      countStrayJob();
      log.warn("Canceled a job that isn't the row's", { outcome });
    } else {
      log.info("Event handled", { outcome, announced });
    }
    if (failure) throw failure;
  } catch (cause) {
    log.error("Event not recorded; Lambda retries it", { cause });
    throw cause;
  } finally {
    publishMetrics();
  }
}
