/** CloudFront's base64, whose `-_~` stand for `+=/`. */
export function encodeBase64(text: string): string {
  return Buffer.from(text).toString("base64").replaceAll("+", "-").replaceAll("=", "_").replaceAll("/", "~");
}

export function decodeBase64(text = ""): string {
  const standard = text.replaceAll("-", "+").replaceAll("_", "=").replaceAll("~", "/");
  return Buffer.from(standard, "base64").toString();
}
