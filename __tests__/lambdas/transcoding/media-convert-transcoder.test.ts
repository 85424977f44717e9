import { MediaConvertClient } from "@aws-sdk/client-mediaconvert";
import { MediaConvertTranscoder } from "../../../lambdas/transcoding/media-convert-transcoder";
import { json, type ServiceAnswer, ServiceEndpoint } from "../service-endpoint";
import { source } from "./sources";

const PROBE_PATH = "/2017-08-29/probe";
const JOBS_PATH = "/2017-08-29/jobs";
const ORDER = { jobId: "a".repeat(64), sourceUrl: "s3://raw/a b.mp4", source: source() };

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
  transcoder = new MediaConvertTranscoder(client, {
    role: "role",
    queue: "queue",
    processedBucket: "processed",
    thumbnailsBucket: "thumbnails",
  });
});
afterEach(async () => {
  client.destroy();
  await endpoint.stop();
});

describe("probing a source", () => {
  it("asks MediaConvert and reads its answer", async () => {
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

  it("takes a null in the answer for an absent field", async () => {
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
      message: "MediaConvert can't read s3://raw/a.mp4: The file is corrupt.",
    });
  });

  it("refuses it if the service found nothing in it", async () => {
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

  it("is refused if the service calls the request bad", async () => {
    const message = "/outputGroups/0/outputs: Should have at least 1 items";
    answer = json(400, { message }, "BadRequestException");
    await expect(transcoder.submit(ORDER)).rejects.toMatchObject({
      code: "JOB_REFUSED",
      message: `MediaConvert refused the job: ${message}`,
    });
  });

  it("fails if the service gives no id", async () => {
    answer = json(201, { job: {} });
    await expect(transcoder.submit(ORDER)).rejects.toThrow("without telling its id");
  });
});

describe("what may pass or be repaired", () => {
  const passing = [
    [402, "ServiceQuotaExceededException"],
    [403, "ForbiddenException"],
    [403, "AccessDeniedException"],
    [409, "ConflictException"],
    [429, "TooManyRequestsException"],
    [500, "InternalServerErrorException"],
  ] as const;

  it.each(passing)("is no refusal of a source: %d %s", async (status, type) => {
    answer = json(status, { message: "no" }, type);
    await expect(transcoder.probe("s3://raw/a.mp4")).rejects.toMatchObject({ name: type });
  });

  it.each([...passing, [404, "NotFoundException"] as const])(
    "is no refusal of a job: %d %s",
    async (status, type) => {
      answer = json(status, { message: "no" }, type);
      await expect(transcoder.submit(ORDER)).rejects.toMatchObject({ name: type });
    },
  );
});
