import type { FastifyInstance } from "fastify";
import type { z } from "zod";
import { ServiceError } from "./errors";

export const API = "/2017-08-29";

/** Bodies as JSON, whatever they are declared as (some SDKs declare JSON on calls without a body), and errors in the service's form. */
export function speakRestJson(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser("*", { parseAs: "string" }, async (_request: unknown, body: string) => {
    try {
      return body === "" ? {} : JSON.parse(body);
    } catch {
      throw new ServiceError("BadRequestException", "The request's body is not JSON.");
    }
  });
  app.setErrorHandler((error, _request, reply) => {
    const message = error instanceof Error ? error.message : String(error);
    const known =
      error instanceof ServiceError ? error : new ServiceError("InternalServerErrorException", message);
    if (known !== error) console.error("MediaConvert:", error);
    return reply
      .code(known.statusCode)
      .header("x-amzn-errortype", known.type)
      .send({ message: known.message });
  });
  app.setNotFoundHandler(({ method, url }) => {
    throw new ServiceError("NotFoundException", `The local MediaConvert has no operation ${method} ${url}.`);
  });
}

/** @throws ServiceError BadRequestException with every complaint, "/member: what is wrong", joined by " | " */
export function parseRequest<Shape extends z.ZodType>(shape: Shape, value: unknown): z.infer<Shape> {
  const parsed = shape.safeParse(value);
  if (parsed.success) return parsed.data;
  const complaints = parsed.error.issues.map(({ path, message }) => `/${path.join("/")}: ${message}`);
  throw new ServiceError("BadRequestException", complaints.join(" | "));
}
