import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { MediaConvertTranscoder } from "../../../lambdas/transcoding/media-convert-transcoder";
import { TransientError } from "../../../lambdas/transcoding/transcoder";
import { json, type ServiceAnswer, ServiceEndpoint } from "../service-endpoint";
import { orderOf, source } from "./sources";

const PROBE_PATH = "/2017-08-29/probe";
const JOBS_PATH = "/2017-08-29/jobs";
const ORDER = orderOf(source());
const SITE = {
  role: "role",
  queue: "queue",
  processedBucket: "processed",
  thumbnailsBucket: "thumbnails",
};

let answer: ServiceAnswer;
let endpoint: ServiceEndpoint;
let client: MediaConvertClient;
let transcoder: MediaConvertTranscoder;

beforeEach(async () => {
  endpoint = await ServiceEndpoint.start(() => answer);
  client = new MediaConvertClient({
    endpoint: endpoint.url,
    region: "eu-west-3",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    maxAttempts: 1,
  });
  transcoder = new MediaConvertTranscoder(client, SITE);
});
afterEach(async () => {
  client.destroy();
  await endpoint.stop();
});

describe("probing a source", () => {
  it("reads MediaConvert's answer", async () => {
    const videoProperties = { width: 320, height: 180, frameRate: { numerator: 25, denominator: 1 } };
    const tracks = [{ trackType: "video", codec: "AVC", videoProperties }];
    answer = json(200, { probeResults: [{ container: { duration: 13, tracks } }] });

    expect(await transcoder.probe("s3://raw/a b.mp4")).toMatchObject({
      durationSeconds: 13,
      widthPx: 320,
      heightPx: 180,
      videoCodec: "AVC",
    });
    expect(endpoint.bodiesOf(PROBE_PATH).map((body) => JSON.parse(body))).toEqual([
      { inputFiles: [{ fileUrl: "s3://raw/a b.mp4" }] },
    ]);
  });

  it("treats a null in the answer as absent", async () => {
    const codecMetadata = { fieldOrder: null, scanType: null, sampleAspectRatio: null };
    const videoProperties = {
      width: 320,
      height: 180,
      rotation: null,
      sampleAspectRatio: null,
      codecMetadata,
    };
    const tracks = [{ trackType: "video", videoProperties }];
    answer = json(200, { probeResults: [{ container: { duration: null, tracks } }] });

    expect(await transcoder.probe("s3://raw/a.mp4")).toMatchObject({
      durationSeconds: undefined,
      widthPx: 320,
      rotationDegrees: 0,
      interlaced: false,
    });
  });

  it.each([
    [422, "UnprocessableEntityException"],
    [400, "BadRequestException"],
    [404, "NotFoundException"],
  ])("refuses it if the service answers %d", async (status, type) => {
    answer = json(status, { message: "The file is corrupt." }, type);
    await expect(transcoder.probe("s3://raw/a.mp4")).rejects.toMatchObject({
      code: "UNREADABLE_SOURCE",
      message: expect.stringMatching(
        /^MediaConvert can't read s3:\/\/raw\/a\.mp4: The file is corrupt\. Upload/,
      ),
    });
  });

  it("refuses it if the service finds nothing in it", async () => {
    answer = json(200, { probeResults: [] });
    await expect(transcoder.probe("s3://raw/a.mp4")).rejects.toMatchObject({ code: "UNREADABLE_SOURCE" });
  });
});

describe("submitting a job", () => {
  it("sends the job's settings and returns MediaConvert's id", async () => {
    answer = json(201, { job: { id: "1700000000000-abc123" } });

    expect(await transcoder.submit(ORDER)).toBe("1700000000000-abc123");
    expect(endpoint.bodiesOf(JOBS_PATH).map((body) => JSON.parse(body))).toEqual([
      expect.objectContaining({
        clientRequestToken: ORDER.jobId,
        role: "role",
        queue: "queue",
        userMetadata: { jobId: ORDER.jobId },
      }),
    ]);
  });

  it("is refused if the service rejects the request", async () => {
    const message = "/outputGroups/0/outputs: Should have at least 1 items";
    answer = json(400, { message }, "BadRequestException");
    await expect(transcoder.submit(ORDER)).rejects.toMatchObject({
      code: "JOB_REFUSED",
      message: `MediaConvert refused the job: ${message}`,
    });
  });

  it("fails if the service returns no id", async () => {
    answer = json(201, { job: {} });
    await expect(transcoder.submit(ORDER)).rejects.toThrow("without returning its id");
  });
});

const SEARCH_PATH = "/2017-08-29/search";

describe("looking for a job that was started before", () => {
  const job = (id: string, jobId?: string) => ({ id, userMetadata: jobId ? { jobId } : undefined });

  it("searches our queue for the source and recognizes our id", async () => {
    answer = json(200, {
      jobs: [job("1-other", "b".repeat(64)), job("2-foreign"), job("3-ours", ORDER.jobId)],
    });
    expect(await transcoder.find(ORDER)).toBe("3-ours");
    const { searchParams } = new URL(endpoint.requests[0]?.path ?? "", endpoint.url);
    expect(Object.fromEntries(searchParams)).toEqual({
      queue: "queue",
      inputFile: "s3://raw/a b.mp4",
      order: "DESCENDING",
    });
  });

  it("finds nothing if there is none", async () => {
    answer = json(200, { jobs: [] });
    expect(await transcoder.find(ORDER)).toBeUndefined();
    expect(endpoint.requests).toHaveLength(1);
  });

  it("reads at most five pages", async () => {
    answer = json(200, { jobs: [job("1-other", "b".repeat(64))], nextToken: "more" });
    expect(await transcoder.find(ORDER)).toBeUndefined();
    expect(endpoint.requests.map(({ path }) => path.split("?")[0])).toEqual(Array(5).fill(SEARCH_PATH));
    expect(endpoint.requests[1]?.path).toContain("nextToken=more");
  });

  it("searches for the end of a long URL", async () => {
    answer = json(200, {});
    const sourceUrl = `s3://raw/${"x".repeat(1000)}.mp4`;
    await transcoder.find({ ...ORDER, sourceUrl });
    expect(endpoint.requests[0]?.path).toContain(`inputFile=${"x".repeat(296)}.mp4&`);
  });
});

describe("a container that Probe doesn't support", () => {
  it.each([
    ["refuses", json(400, { message: "Unrecognized." }, "BadRequestException")],
    ["finds nothing in", json(200, { probeResults: [{ metadata: { fileSize: 5 } }] })],
  ])("gets a harmless guess if Probe %s the file", async (_, reply) => {
    answer = reply;
    expect(await transcoder.probe("s3://raw/a.FLV")).toMatchObject({
      assumed: true,
      widthPx: 1280,
      heightPx: 720,
    });
  });

  it("is refused if the file is recognized and corrupt", async () => {
    answer = json(422, { message: "Corrupt." }, "UnprocessableEntityException");
    await expect(transcoder.probe("s3://raw/a.flv")).rejects.toMatchObject({ code: "UNREADABLE_SOURCE" });
  });
});

describe("a TransientError", () => {
  const transient = [
    [402, "ServiceQuotaExceededException"],
    [409, "ConflictException"],
    [429, "TooManyRequestsException"],
    [500, "InternalServerErrorException"],
    [503, "ServiceUnavailableException"],
  ] as const;

  it.each(transient)("is thrown for %d %s", async (status, type) => {
    answer = json(status, { message: "no" }, type);
    const error = { constructor: TransientError, message: "no" };
    await expect(transcoder.probe("s3://raw/a.mp4")).rejects.toMatchObject(error);
    await expect(transcoder.find(ORDER)).rejects.toMatchObject(error);
    await expect(transcoder.submit(ORDER)).rejects.toMatchObject(error);
  });

  it("is thrown if the service is unreachable", async () => {
    await endpoint.stop();
    await expect(transcoder.submit(ORDER)).rejects.toThrow(TransientError);
  });

  it("is thrown if the service doesn't answer in time", async () => {
    const silent = createServer(() => undefined);
    await new Promise<void>((resolve) => silent.listen(0, "127.0.0.1", resolve));
    const impatient = new MediaConvertClient({
      endpoint: `http://127.0.0.1:${(silent.address() as AddressInfo).port}`,
      region: "eu-west-3",
      credentials: { accessKeyId: "test", secretAccessKey: "test" },
      maxAttempts: 1,
      requestHandler: { requestTimeout: 50, throwOnRequestTimeout: true },
    });
    const waiting = new MediaConvertTranscoder(impatient, SITE);
    await expect(waiting.submit(ORDER)).rejects.toThrow(TransientError);
    impatient.destroy();
    silent.closeAllConnections();
    await new Promise((resolve) => silent.close(resolve));
  });
});

describe("an error for an operator to fix", () => {
  const permanent = [
    [401, "UnrecognizedClientException"],
    [403, "ForbiddenException"],
    [403, "AccessDeniedException"],
  ] as const;

  it.each(permanent)("is thrown unchanged: %d %s", async (status, type) => {
    answer = json(status, { message: "no" }, type);
    await expect(transcoder.probe("s3://raw/a.mp4")).rejects.toMatchObject({ name: type });
    await expect(transcoder.submit(ORDER)).rejects.toMatchObject({ name: type });
  });

  it("is a queue that doesn't exist", async () => {
    answer = json(404, { message: "no" }, "NotFoundException");
    await expect(transcoder.submit(ORDER)).rejects.toMatchObject({ name: "NotFoundException" });
  });
});
