import type { z } from "zod";
import { ServiceError } from "../errors";
import { type CreateJobRequest, createJobRequest } from "./request";

/**
 * Checks CreateJob's body as the service does.
 * @throws ServiceError BadRequestException with every complaint, `/path: sentence`, joined by " | "
 */
export function checkCreateJobRequest(body: unknown): CreateJobRequest {
  const parsed = createJobRequest.safeParse(body, { reportInput: true, error: sentenceOf });
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.flatMap((issue) => complaintsOf(issue));
  throw new ServiceError("BadRequestException", complaints.join(" | "));
}

/** A fault is reported at its member; a missing member, at its parent. */
function complaintsOf(issue: z.core.$ZodIssue, above: readonly PropertyKey[] = []): string[] {
  const path = [...above, ...issue.path];
  if (issue.code === "invalid_union")
    return closestGroup(issue.errors).flatMap((inner) => complaintsOf(inner, path));
  if (issue.code === "unrecognized_keys")
    return issue.keys.map((key) => `${at([...path, key])}: The local MediaConvert doesn't support ${key}`);
  return [`${at(isMissing(issue) ? path.slice(0, -1) : path)}: ${issue.message}`];
}

/** The service's paths start below `settings`. */
function at(path: readonly PropertyKey[]): string {
  return `/${(path[0] === "settings" ? path.slice(1) : path).map(String).join("/")}`;
}

/** Only the faults for its declared type; for an unknown type, just that. */
function closestGroup(errors: readonly z.core.$ZodIssue[][]): readonly z.core.$ZodIssue[] {
  const isType = ({ path }: z.core.$ZodIssue) => path.at(-1) === "type";
  return errors.find((issues) => !issues.some(isType)) ?? errors[0]?.filter(isType) ?? [];
}

function isMissing(issue: { code?: string; input?: unknown; path?: readonly PropertyKey[] }): boolean {
  const isAbsence = issue.code === "invalid_type" || issue.code === "invalid_value";
  return isAbsence && issue.input === undefined && issue.path !== undefined && issue.path.length > 0;
}

/** Required by the service: in its model, or in refusals that were published. */
const REQUIRED = new Set([
  ...["role", "settings", "inputs", "fileInput", "outputGroups", "outputGroupSettings", "outputs"],
  ...[
    "type",
    "hlsGroupSettings",
    "cmafGroupSettings",
    "fileGroupSettings",
    "destination",
    "segmentLength",
    "minSegmentLength",
  ],
  ...["nameModifier", "containerSettings", "container", "codecSettings", "codec", "aacSettings"],
  ...["codingMode", "sampleRate"],
]);

/** The service's words where they are known. */
function sentenceOf(issue: z.core.$ZodRawIssue): string {
  if (isMissing(issue)) {
    const name = String(issue.path?.at(-1));
    return REQUIRED.has(name)
      ? `${name} is a required property`
      : `The local MediaConvert needs ${name}: it doesn't apply the service's default`;
  }
  switch (issue.code) {
    case "too_small":
      return issue.origin === "number" || issue.origin === "int"
        ? `Should be greater than or equal to ${issue.minimum}`
        : `Should ${issue.origin === "array" ? `have at least ${issue.minimum} items` : `be at least ${issue.minimum} characters long`}`;
    case "too_big":
      if (issue.origin === "array") return `Should have at most ${issue.maximum} items`;
      if (issue.origin === "string") return `Should be at most ${issue.maximum} characters long`;
      return `Should be less than or equal to ${issue.maximum}`;
    case "not_multiple_of":
      return `Should be a multiple of ${issue.divisor}`;
    case "invalid_value":
      return `Should be one of: ${issue.values.join(", ")}`;
    case "invalid_format":
      return `Should match ${issue.pattern}`;
    case "invalid_type":
      return `Should be of type ${issue.expected}`;
    default:
      return issue.message ?? "Is not allowed";
  }
}
