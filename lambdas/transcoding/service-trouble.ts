import { DeadlineExceeded } from "../service-client";
import { TransientError } from "./transcoder";

/** MediaConvert's for an exceeded quota, a conflict and too many requests: it declines and does nothing. */
const DECLINING_STATUSES = [402, 409, 429];

/** The error as a TransientError if the service or the network caused it, otherwise unchanged. */
export function asTransient(error: unknown): unknown {
  if (error instanceof DeadlineExceeded) return new TransientError(error.message, { cause: error });
  if (!(error instanceof Error)) return error;
  const status = statusOf(error);
  if (status === undefined) {
    return isNetworkError(error) ? new TransientError(error.message, { cause: error }) : error;
  }
  const declined = DECLINING_STATUSES.includes(status);
  if (status < 500 && !declined) return error;
  return new TransientError(error.message, { cause: error, declined });
}

/** The SDK adds it to every error, also if it can't parse the response. */
function statusOf(
  error: Error & { readonly $metadata?: { readonly httpStatusCode?: number } },
): number | undefined {
  return error.$metadata?.httpStatusCode;
}

/** A time-out of the SDK, or an error of the operating system. Anything else without a status is a defect. */
function isNetworkError(error: Error): boolean {
  return error.name === "TimeoutError" || "syscall" in error;
}
