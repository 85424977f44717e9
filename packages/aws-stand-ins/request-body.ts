import type { IncomingMessage } from "node:http";

/**
 * Reads a request's whole body and puts it back, so that the request's handler reads it from the start. For bodies
 * that fit into memory.
 */
export function peekBody(request: IncomingMessage): Promise<string> {
  const { "content-length": length = "0", "transfer-encoding": encoding } = request.headers;
  if (length === "0" && encoding === undefined) return Promise.resolve("");
  return new Promise((resolve, reject) => {
    const chunks: Buffer[] = [];
    const take = () => {
      for (let chunk = request.read(); chunk !== null; chunk = request.read()) chunks.push(chunk);
      if (!request.complete) return;
      request.off("readable", take).off("error", reject);
      const body = Buffer.concat(chunks);
      // Before "end" is emitted, which it isn't while something is left to read.
      if (body.length > 0) request.unshift(body);
      resolve(body.toString("utf8"));
    };
    request.on("readable", take).once("error", reject);
  });
}
