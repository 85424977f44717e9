import { MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { createClient, MEDIACONVERT_LIMITS, withDeadline } from "../../../lambdas/service-client";
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

const ACCESS = { region: "eu-west-3", credentials: { accessKeyId: "test", secretAccessKey: "test" } };

let answer: ServiceAnswer | undefined;
let endpoint: ServiceEndpoint;
let client: MediaConvertClient;
let transcoder: MediaConvertTranscoder;

beforeEach(async () => {
  endpoint = await ServiceEndpoint.start(() => answer);
  client = new MediaConvertClient({
    ...ACCESS,
    endpoint: endpoint.url,
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
    answer = json(status, { message: "Demux error for [s3://raw/a.mp4]: [no moov box]" }, type);
    await expect(transcoder.probe("s3://raw/a.mp4")).rejects.toMatchObject({
      code: "UNREADABLE_SOURCE",
      message: expect.stringMatching(
        /^MediaConvert can't read s3:\/\/raw\/a\.mp4: Demux error for: \[no moov box\]\. Upload/,
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
      message:
        `MediaConvert refused the job: ${message}. ` +
        "Send this message and the video to the maintainers of the pipeline.",
    });
  });

  it("fails if the service returns no id", async () => {
    answer = json(201, { job: {} });
    await expect(transcoder.submit(ORDER)).rejects.toThrow("without returning its id");
  });
});

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

  it("reads on through pages of other jobs", async () => {
    answer = json(200, { jobs: [job("1-other", "b".repeat(64))], nextToken: "more" });
    endpoint.onRequest = ({ path }) => {
      if (path.includes("nextToken=more")) answer = json(200, { jobs: [job("2-ours", ORDER.jobId)] });
    };
    expect(await transcoder.find(ORDER)).toBe("2-ours");
    expect(endpoint.requests).toHaveLength(2);
  });

  it("doesn't take pages left unread for the absence of a job", async () => {
    let page = 0;
    endpoint.onRequest = () => {
      page += 1;
      answer = json(200, { jobs: [job("1-other", "b".repeat(64))], nextToken: `page-${page}` });
    };
    await expect(transcoder.find(ORDER)).rejects.toThrow(TransientError);
  });

  it("never searches for half of a character", async () => {
    answer = json(200, {});
    await transcoder.find({ ...ORDER, sourceUrl: `s3://raw/${"🎬".repeat(300)}.mp4x` });
    const { searchParams } = new URL(endpoint.requests[0]?.path ?? "", endpoint.url);
    expect(searchParams.get("inputFile")).toMatch(/^🎬+\.mp4x$/u);
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
    // As Node.js throws it: Jest's own errors are of another realm, which the SDK doesn't recognize.
    const refused = Object.assign(new Error("connect ECONNREFUSED"), { syscall: "connect" });
    jest.spyOn(client, "send").mockImplementation(() => Promise.reject(refused));
    await expect(transcoder.submit(ORDER)).rejects.toMatchObject({
      constructor: TransientError,
      declined: false,
    });
  });

  it.each([
    ["402", 402, true],
    ["409", 409, true],
    ["429", 429, true],
    ["500", 500, false],
    ["503", 503, false],
  ])("says for %s whether MediaConvert declined the call", async (_, status, declined) => {
    answer = json(status, { message: "no" });
    await expect(transcoder.submit(ORDER)).rejects.toMatchObject({ declined });
  });

  it("is thrown if a proxy answers with a page", async () => {
    answer = { status: 502, headers: { "content-type": "text/html" }, body: "<html>Bad gateway</html>" };
    await expect(transcoder.submit(ORDER)).rejects.toMatchObject({
      constructor: TransientError,
      declined: false,
    });
  });

  it("is thrown if the invocation's time is up", async () => {
    answer = json(200, {});
    const bounded = createClient(MediaConvertClient, { ...ACCESS, endpoint: endpoint.url });
    const submitted = withDeadline(0, async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      return new MediaConvertTranscoder(bounded, SITE).submit(ORDER);
    });
    await expect(submitted).rejects.toMatchObject({ constructor: TransientError, declined: false });
  });

  it("is thrown if the service doesn't answer, by the function's own client", async () => {
    answer = undefined;
    const own = createClient(MediaConvertClient, {
      ...ACCESS,
      endpoint: endpoint.url,
      ...MEDIACONVERT_LIMITS,
    });
    await expect(new MediaConvertTranscoder(own, SITE).submit(ORDER)).rejects.toThrow(TransientError);
  });
});

describe("a defect of our own", () => {
  it("isn't taken for trouble of the service", async () => {
    jest
      .spyOn(client, "send")
      .mockImplementation(() => Promise.reject(new TypeError("undefined is not a function")));
    await expect(transcoder.submit(ORDER)).rejects.toThrow(TypeError);
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
