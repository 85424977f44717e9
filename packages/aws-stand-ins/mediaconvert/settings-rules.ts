import type { z } from "zod";
import { ServiceError } from "./errors";
import { namingRules } from "./rules/naming-rules";
import { outputRules } from "./rules/output-rules";
import { requestRules } from "./rules/request-rules";
import type { Rule } from "./rules/rule";
import { standInRules } from "./rules/stand-in-rules";
import { type CreateJobRequest, createJobRequest } from "./settings";

/** In the order in which their complaints are listed. To add a rule, add it to the list it belongs to. */
const RULES: readonly Rule[] = [...requestRules, ...outputRules, ...namingRules, ...standInRules];

/**
 * Checks CreateJob's body as the service does: first the shape and the ranges, and if those are right, what
 * the settings say together.
 * @throws ServiceError BadRequestException with every complaint, joined by " | "
 */
export function checkCreateJobRequest(body: unknown): CreateJobRequest {
  const parsed = createJobRequest.safeParse(body, { reportInput: true });
  const complaints = parsed.success
    ? RULES.flatMap((rule) => [...rule(parsed.data)])
    : parsed.error.issues.map(complaintOf);
  if (parsed.success && complaints.length === 0) return parsed.data;
  throw new ServiceError("BadRequestException", complaints.join(" | "));
}

/** A schema issue in the service's own words; its paths start below `settings`. */
function complaintOf(issue: z.core.$ZodIssue): string {
  const path = issue.path[0] === "settings" ? issue.path.slice(1) : issue.path;
  const at = (parts: readonly PropertyKey[]) => `/${parts.map(String).join("/")}`;
  if ((issue.code === "invalid_type" || issue.code === "invalid_value") && issue.input === undefined)
    return `${at(path.slice(0, -1))}: ${String(path.at(-1))} is a required property`;
  return `${at(path)}: ${requirementOf(issue)}`;
}

function requirementOf(issue: z.core.$ZodIssue): string {
  switch (issue.code) {
    case "too_small":
      if (issue.origin === "array") return `Should have at least ${issue.minimum} items`;
      if (issue.origin === "string") return `Should be at least ${issue.minimum} characters long`;
      return `Should be greater than or equal to ${issue.minimum}`;
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
      return issue.message;
  }
}
