import { ServiceError } from "../../mediaconvert/errors";
import { checkCreateJobRequest } from "../../mediaconvert/settings-rules";

/** What CreateJob says against a body, one sentence each; none if it takes it. */
export function complaints(body: unknown): string[] {
  try {
    checkCreateJobRequest(body);
  } catch (error) {
    if (error instanceof ServiceError && error.statusCode === 400) return error.message.split(" | ");
    throw error;
  }
  return [];
}
