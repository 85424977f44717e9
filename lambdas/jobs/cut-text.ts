/** In characters. SNS accepts messages of 256 KB and DynamoDB items of 400 KB; a person reads one paragraph. */
export const MAX_MESSAGE_LENGTH = 2000;

/** The text, or its beginning and an ellipsis. Never half of a character that UTF-16 encodes as two units. */
export function cutTo(maxLength: number, text: string): string {
  if (text.length <= maxLength) return text;
  return `${text.slice(0, maxLength - 1).replace(/[\uD800-\uDBFF]$/, "")}…`;
}
