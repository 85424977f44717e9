/** @param url `s3://bucket/key` */
export function s3Arn(url: string): string {
  return `arn:aws:s3:::${url.slice("s3://".length)}`;
}
