/** A service's message as a sentence, whether or not it has a full stop. */
export function sentence(message: string): string {
  return /[.!?]$/.test(message) ? message : `${message}.`;
}

/** A service's message in quotation marks, to be followed by a full stop. */
export function quoted(message: string): string {
  return `"${message.replace(/\.$/, "")}"`;
}

/** A service's message for a sentence that has named the URL. */
export function withoutUrl(message: string, url: string): string {
  return message.replaceAll(` [${url}]`, "").replaceAll(url, "the file");
}
