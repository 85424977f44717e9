import type { IncomingMessage } from "node:http";
import { RequestError } from "./request-error";

/**
 * DynamoDB's limit for BatchWriteItem, the largest of all services but S3.
 * https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_BatchWriteItem.html
 */
const MAX_BODY_BYTES = 16 << 20;

/**
 * Reads a request's whole body and puts it back, so that the request's handler reads it from the start. For bodies
 * that fit into memory.
 *
 * @throws {RequestError} RequestEntityTooLarge; the rest of the body isn't read
 */
export function peekBody(request: IncomingMessage): Promise<string> {
  const { "content-length": length = "0", "transfer-encoding": encoding } = request.headers;
  if (length === "0" && encoding === undefined) return Promise.resolve("");
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    let sizeBytes = 0;
    const take = () => {
      for (let chunk = request.read(); chunk !== null; chunk = request.read()) {
        chunks.push(chunk);
        sizeBytes += chunk.length;
      }
      if (sizeBytes > MAX_BODY_BYTES) {
        request.off("readable", take).resume();
        return reject(
          new RequestError(413, "RequestEntityTooLarge", `The body is longer than ${MAX_BODY_BYTES} bytes.`),
        );
      }
      if (!request.complete) return;
      // The listener for errors stays: the connection may still break before a service reads the body.
      request.off("readable", take);
      const body = Buffer.concat(chunks);
      // Before "end" is emitted, which it isn't while something is left to read.
      if (body.length > 0) request.unshift(body);
      resolve(body.toString("utf8"));
    };
    request.on("readable", take).once("error", reject);
  });
}
