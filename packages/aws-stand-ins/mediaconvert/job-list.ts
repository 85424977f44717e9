import { z } from "zod";
import { ServiceError } from "./errors";
import type { ListedJob } from "./job";

/** The supported query parameters. */
export const listQuery = z.strictObject({
  nextToken: z.string().optional(),
  order: z.enum(["ASCENDING", "DESCENDING"]).default("DESCENDING"),
  queue: z.string().optional(),
});
export const searchQuery = listQuery.extend({ inputFile: z.string().max(300).optional() });

/** The service's maximum, and its default. */
const PAGE_SIZE = 20;

/**
 * One page of jobs. The token is the last job's id, so that new jobs don't shift the pages that follow.
 * @param jobs oldest first
 * @throws ServiceError BadRequestException for a token that isn't of this list
 */
export function pageOf(jobs: readonly ListedJob[], { order, nextToken }: z.infer<typeof listQuery>) {
  const sorted = order === "ASCENDING" ? jobs : jobs.toReversed();
  const start = nextToken === undefined ? 0 : sorted.findIndex(({ id }) => id === nextToken) + 1;
  if (nextToken !== undefined && start === 0)
    throw new ServiceError("BadRequestException", `/nextToken: "${nextToken}" is not a token of this list`);
  const page = sorted.slice(start, start + PAGE_SIZE);
  return { page, nextToken: start + PAGE_SIZE < sorted.length ? page.at(-1)?.id : undefined };
}
