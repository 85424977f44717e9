import { z } from "zod";
import { ServiceError } from "./errors";

/** The query of every list: at most 20 entries, and where the previous page ended. */
export const pageQuery = z.object({
  maxResults: z.coerce.number().int().min(1).max(20).default(20),
  nextToken: z.string().optional(),
  order: z.enum(["ASCENDING", "DESCENDING"]).optional(),
});

export interface Page<Entry> {
  readonly entries: readonly Entry[];
  /** Where the next page begins; undefined on the last one. */
  readonly nextToken?: string;
}

/**
 * One page. The token names the last entry that was handed out, so that new entries shift nothing.
 * @throws ServiceError BadRequestException for a token that is none of this list's
 */
export function pageOf<Entry>(
  entries: readonly Entry[],
  { maxResults, nextToken }: z.infer<typeof pageQuery>,
  idOf: (entry: Entry) => string,
): Page<Entry> {
  const last = nextToken && Buffer.from(nextToken, "base64url").toString();
  const start = last === undefined ? 0 : entries.findIndex((entry) => idOf(entry) === last) + 1;
  if (last !== undefined && start === 0)
    throw new ServiceError("BadRequestException", `/nextToken: "${nextToken}" is not a token of this list`);
  const page = entries.slice(start, start + maxResults);
  const end = page.at(-1);
  const isLast = end === undefined || start + page.length >= entries.length;
  return { entries: page, nextToken: isLast ? undefined : Buffer.from(idOf(end)).toString("base64url") };
}
