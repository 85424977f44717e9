import { notOffered, RequestError } from "../request-error";

/** A term with any other character has to be quoted. */
const PLAIN_TERM = /^\w+$/;

/**
 * Whether an event meets a filter pattern: it contains every term, no term that `-` excludes and, if the pattern has
 * nothing but optional terms, at least one of them. With other terms, optional ones are ignored.
 * https://docs.aws.amazon.com/AmazonCloudWatch/latest/logs/FilterAndPatternSyntax.html
 *
 * @throws {RequestError} InvalidParameterException; NotImplemented for a pattern of JSON, columns or regular expressions
 */
export function matcherOf(pattern: string): (message: string) => boolean {
  if (/^\s*[{[%]/.test(pattern)) {
    const offered = ["plain and quoted terms", "optional terms (?A ?B)", "excluded terms (-A)"];
    throw notOffered("logs", `the filter pattern ${pattern}`, offered);
  }
  const terms = [...pattern.matchAll(/([?-]?)(?:"((?:[^"\\]|\\.)*)"|(\S+))/g)].map(
    ([, sign = "", quoted, plain]) => ({ sign, text: quoted?.replace(/\\(.)/g, "$1") ?? plainTerm(plain) }),
  );
  const textsOf = (sign: string) => terms.filter((term) => term.sign === sign).map(({ text }) => text);
  const [required, excluded, optional] = [textsOf(""), textsOf("-"), textsOf("?")];
  const isOptionalOnly = optional.length > 0 && optional.length === terms.length;
  return (message) =>
    isOptionalOnly
      ? optional.some((text) => message.includes(text))
      : required.every((text) => message.includes(text)) && !excluded.some((text) => message.includes(text));
}

function plainTerm(text = ""): string {
  if (PLAIN_TERM.test(text)) return text;
  throw new RequestError(
    400,
    "InvalidParameterException",
    `Invalid filter pattern: the term ${text} has other characters than letters, digits and underscores. Enclose it in double quotes.`,
  );
}
