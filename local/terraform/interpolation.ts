import { StackError } from "./resource";

/** `aws_sqs_queue.retry.redrive[0].arn`: the address, and the path from there. */
export interface Reference {
  readonly address: string;
  readonly path: readonly string[];
}

const TEMPLATE = /\$\$\{|\$\{([^}]*)\}/g;
const REFERENCE = /^((?:data\.)?[a-z0-9_]+\.[A-Za-z0-9_-]+)((?:\.[A-Za-z0-9_-]+|\[\d+\])+)$/;

/**
 * Replaces each `${…}` of a Terraform string. A string that is a single reference becomes its value, of any type.
 *
 * @param referrer the address of the resource that holds the string
 * @throws {StackError} for an expression that isn't a reference, such as a function call or an operator
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
      `${referrer} contains the expression \${${expression}}. The local pipeline supports only references ` +
        "such as ${aws_s3_bucket.raw_videos.arn}.",
    );
  }
  return { address: match[1], path: match[2].match(/[A-Za-z0-9_-]+/g) ?? [] };
}
