import { EXPLAINED_CODES } from "../lambdas/jobs/media-convert-errors";

const PAGE = "docs/errors.md";
const PREFIX = "MEDIACONVERT_";
const EXPLAINED = new Set([...EXPLAINED_CODES, "JOB_NOT_FOUND"]);

/** The entry of an error code in the documentation. */
export function errorPage(code: string): string {
  const isUnlisted = code.startsWith(PREFIX) && !EXPLAINED.has(code.slice(PREFIX.length));
  return `${PAGE}#${isUnlisted ? "any-other-code" : code.toLowerCase()}`;
}
