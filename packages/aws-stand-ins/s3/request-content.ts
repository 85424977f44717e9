import { decodeAwsChunked } from "./aws-chunked";
import type { S3Call } from "./call";
import { ClientChecksums } from "./checksums";
import { S3Error } from "./error";

/** More than 10,000 parts or 1,000 deletions need as XML. */
const MAX_DOCUMENT_BYTES = 8 << 20;

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
export const MAX_UPLOAD_BYTES = 5 * 2 ** 30;

export interface RequestContent {
  /** The decoded body. Fails with an S3Error if it isn't what the client announced. */
  content: AsyncIterable<Buffer>;
  /** Its `checksum` is complete once the content is read. */
  checksums: ClientChecksums;
}

/**
 * An object's or part's content without framing, verified while it streams.
 * @throws S3Error MissingContentLength, EntityTooLarge
 */
export function uploadedContent(call: Pick<S3Call, "request" | "headers">): RequestContent {
  const { headers } = call;
  const length = headers[isFramed(call) ? "x-amz-decoded-content-length" : "content-length"]?.toString();
  if (length === undefined || !/^\d+$/.test(length)) {
    throw new S3Error("MissingContentLength", "An upload has to announce the length of its content.");
  }
  if (Number(length) > MAX_UPLOAD_BYTES) {
    throw new S3Error(
      "EntityTooLarge",
      `The upload has ${length} bytes; at most ${MAX_UPLOAD_BYTES} fit into one. Upload it in parts.`,
    );
  }
  return requestContent(call);
}

/** The request's body without framing, verified while it streams. */
function requestContent({ request, headers }: Pick<S3Call, "request" | "headers">): RequestContent {
  const checksums = new ClientChecksums(headers);
  const trailers = new Map<string, string>();
  // The request must survive a failure, or the client gets a reset instead of the reason.
  const received = request.iterator({ destroyOnReturn: false });
  const decoded = isFramed({ headers })
    ? ofLength(decodeAwsChunked(received, trailers), headers["x-amz-decoded-content-length"])
    : received;
  return { content: checksums.verify(decoded, trailers), checksums };
}

function isFramed({ headers }: Pick<S3Call, "headers">): boolean {
  return String(headers["x-amz-content-sha256"]).startsWith("STREAMING-");
}

/** The body of a request with an XML document. */
export async function requestDocument(call: Pick<S3Call, "request" | "headers">): Promise<string> {
  const chunks: Buffer[] = [];
  let sizeBytes = 0;
  for await (const chunk of requestContent(call).content) {
    sizeBytes += chunk.length;
    if (sizeBytes > MAX_DOCUMENT_BYTES) {
      throw new S3Error(
        "EntityTooLarge",
        `The request's XML is longer than the allowed ${MAX_DOCUMENT_BYTES} bytes.`,
      );
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

async function* ofLength(
  content: AsyncIterable<Buffer>,
  announced: string | string[] | undefined,
): AsyncGenerator<Buffer> {
  let sizeBytes = 0;
  for await (const chunk of content) {
    sizeBytes += chunk.length;
    yield chunk;
  }
  if (announced !== undefined && Number(announced) !== sizeBytes) {
    throw new S3Error(
      "IncompleteBody",
      `The content has ${sizeBytes} bytes, but x-amz-decoded-content-length announced ${announced}.`,
    );
  }
}
