import * as z from "zod";
import { jobIdOf } from "../../../lambdas/jobs/job-id";
import type { Deployment } from "../../deployment";
import { PartUpload } from "../../part-upload";
import type { Uploaded, UploadPlan } from "../protocol";
import { Refusal } from "../refusal";
import { queryAs, readBytes, readJson, sendJson } from "../wire";
import type { Route } from "./route";

/** https://docs.aws.amazon.com/AmazonS3/latest/userguide/object-keys.html */
const key = z
  .string()
  .min(1)
  .refine((text) => Buffer.byteLength(text) <= 1024, "use at most 1,024 bytes");
const size = z.coerce.number().int().min(0);
const upload = z.object({ key, size });
const part = z.object({ number: z.number(), etag: z.string().optional(), checksum: z.string().optional() });
const completion = upload.extend({ uploadId: z.string(), parts: z.array(part) });
const partQuery = upload.extend({ uploadId: z.string(), number: z.coerce.number().int().min(1) });

/** The page sends a file in parts, each a request, and the server sends them to S3. */
export function uploadRoutes(deployment: Deployment): Route[] {
  const open = async (given: z.infer<typeof upload>) =>
    new PartUpload(deployment, await deployment.rawBucket(), given.key, given.size);
  return [
    {
      method: "POST",
      path: /^uploads$/,
      answer: async ({ request, response }) => {
        const one = await open(await readJson(request, upload));
        const plan: UploadPlan = {
          partSize: one.partSize,
          ...(one.isOnePart ? { uploaded: [] } : await one.begin()),
        };
        sendJson(response, plan);
      },
    },
    {
      method: "PUT",
      path: /^uploads\/object$/,
      answer: async ({ query, request, response }) => {
        const one = await open(queryAs(upload, query));
        const body = await readBytes(request, one.partSize);
        if (body.length !== one.size) throw new Refusal(400, "The file changed while it was uploaded.");
        const uploaded: Uploaded = { jobId: jobIdOf(await one.put(body)) };
        sendJson(response, uploaded);
      },
    },
    {
      method: "PUT",
      path: /^uploads\/part$/,
      answer: async ({ query, request, response }) => {
        const { uploadId, number, ...given } = queryAs(partQuery, query);
        const one = await open(given);
        sendJson(response, await one.putPart(uploadId, number, await readBytes(request, one.partSize)));
      },
    },
    {
      method: "POST",
      path: /^uploads\/completion$/,
      answer: async ({ request, response }) => {
        const { uploadId, parts, ...given } = await readJson(request, completion);
        const one = await open(given);
        const uploaded: Uploaded = {
          jobId: jobIdOf(
            await one.complete(
              uploadId,
              parts.map(({ number, etag, checksum }) => ({ number, etag, checksum })),
            ),
          ),
        };
        sendJson(response, uploaded);
      },
    },
  ];
}
