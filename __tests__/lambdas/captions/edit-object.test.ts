import { S3Client } from "@aws-sdk/client-s3";
import { editObject } from "../../../lambdas/captions/edit-object";
import { type ServiceAnswer, ServiceEndpoint } from "../service-endpoint";

const OBJECT = { bucket: "processed", key: "job/main.m3u8" };
const error = (status: number, code: string): ServiceAnswer => ({
  status,
  headers: { "content-type": "application/xml" },
  body: `<Error><Code>${code}</Code></Error>`,
});
const found = (text: string, eTag: string): ServiceAnswer => ({
  status: 200,
  headers: { etag: `"${eTag}"`, "content-type": "application/vnd.apple.mpegurl" },
  body: text,
});
const WRITTEN: ServiceAnswer = { status: 200, body: "" };

let answers: ServiceAnswer[];
let endpoint: ServiceEndpoint;
let client: S3Client;

beforeEach(async () => {
  endpoint = await ServiceEndpoint.start(() => answers.shift() ?? error(400, "Unexpected"));
  client = new S3Client({
    endpoint: endpoint.url,
    region: "eu-south-2",
    credentials: { accessKeyId: "test", secretAccessKey: "test" },
    forcePathStyle: true,
    maxAttempts: 1,
    requestChecksumCalculation: "WHEN_REQUIRED",
  });
});
afterEach(async () => {
  client.destroy();
  await endpoint.stop();
});

const append = (line: string) => async (text: string) => (text.includes(line) ? text : `${text}${line}\n`);
const writes = () => endpoint.requests.filter(({ method }) => method === "PUT");

describe("an edit of an object that others edit", () => {
  it.each([
    [412, "PreconditionFailed"],
    [409, "ConditionalRequestConflict"],
  ])("starts from the newest text if S3 answers %d", async (status, code) => {
    answers = [found("a\n", "1"), error(status, code), found("a\nb\n", "2"), WRITTEN];
    expect(await editObject(client, OBJECT, append("c"))).toBe(true);
    expect(writes().map(({ body, headers }) => [body, headers["if-match"]])).toEqual([
      ["a\nc\n", '"1"'],
      ["a\nb\nc\n", '"2"'],
    ]);
  });

  it("writes nothing if there is nothing to change, or no object", async () => {
    answers = [found("a\nc\n", "1")];
    expect(await editObject(client, OBJECT, append("c"))).toBe(true);
    answers = [error(404, "NoSuchKey")];
    expect(await editObject(client, OBJECT, append("c"))).toBe(false);
    expect(writes()).toEqual([]);
  });

  it("throws any other error", async () => {
    answers = [found("a\n", "1"), error(403, "AccessDenied")];
    await expect(editObject(client, OBJECT, append("c"))).rejects.toMatchObject({ name: "AccessDenied" });
  });
});
