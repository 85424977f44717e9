import { MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { cancelJob } from "../../../lambdas/transcoding/cancel-job";
import { TransientError } from "../../../lambdas/transcoding/transcoder";
import { json, type ServiceAnswer, ServiceEndpoint } from "../service-endpoint";

let answer: ServiceAnswer;
let endpoint: ServiceEndpoint;
let client: MediaConvertClient;

beforeEach(async () => {
  endpoint = await ServiceEndpoint.start(() => answer);
  client = new MediaConvertClient({
    endpoint: endpoint.url,
    region: "eu-west-3",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
});
afterEach(async () => {
  client.destroy();
  await endpoint.stop();
});

describe("canceling a job", () => {
  it("asks MediaConvert", async () => {
    answer = json(202, {});
    await cancelJob(client, "1-abc");
    expect(endpoint.requests).toMatchObject([{ path: "/2017-08-29/jobs/1-abc" }]);
  });

  it.each([
    [400, "BadRequestException"],
    [404, "NotFoundException"],
    [409, "ConflictException"],
  ])("succeeds if the job has ended: %d %s", async (status, type) => {
    answer = json(status, { message: "no" }, type);
    await expect(cancelJob(client, "1-abc")).resolves.toBeUndefined();
  });

  it("throws a TransientError if a later call can succeed", async () => {
    answer = json(429, { message: "no" }, "TooManyRequestsException");
    await expect(cancelJob(client, "1-abc")).rejects.toThrow(TransientError);
  });
});
