import { StackError } from "./resource";

/** `aws_sqs_queue.retry.redrive[0].arn` as address and steps from there. */
export interface Reference {
  readonly address: string;
  readonly path: readonly string[];
}

const TEMPLATE = /\$\$\{|\$\{([^}]*)\}/g;
const REFERENCE = /^((?:data\.)?[a-z0-9_]+\.[A-Za-z0-9_-]+)((?:\.[A-Za-z0-9_-]+|\[\d+\])+)$/;

/**
 * Fills in the `${…}` of a Terraform string. A string that is one reference alone takes that value with its type.
 * The stack uses references only, no functions or operators: anything else is an error.
 */
export function interpolate(
  text: string,
  dereference: (reference: Reference) => unknown,
  referrer: string,
): unknown {
  const whole = /^\$\{([^}]*)\}$/.exec(text);
  if (whole?.[1] !== undefined) return dereference(parse(whole[1], referrer));
  return text.replace(TEMPLATE, (match, expression: string | undefined) =>
    match === "$${" ? "${" : String(dereference(parse(expression ?? "", referrer))),
  );
}

function parse(expression: string, referrer: string): Reference {
  const match = REFERENCE.exec(expression.trim());
  if (match?.[1] === undefined || match[2] === undefined) {
    throw new StackError(
      `${referrer} contains the expression \${${expression}}; the local pipeline understands only references ` +
        "such as ${aws_s3_bucket.raw_videos.arn}.",
    );
  }
  return { address: match[1], path: match[2].match(/[A-Za-z0-9_-]+/g) ?? [] };
}
