import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { marshall } from "@aws-sdk/util-dynamodb";
import { type LocalServer, serve } from "aws-stand-ins/testing/local-server";
import { awsDeployment } from "../../operator/aws-deployment";
import { playUrl } from "../../operator/play-url";
import { readKeyFile } from "../../operator/signing-key";
import { makeKeyFiles } from "../constructs/delivery/key-files";
import { temporaryFolder } from "../temporary-folder";
import { decodeBase64 } from "./cloudfront-base64";

const folder = temporaryFolder();
const key = makeKeyFiles();
const JOB = "a".repeat(64);
const MANIFEST = `https://video.example.com/${JOB}/main.m3u8`;
const ROW = {
  ...{ jobId: JOB, createdAt: 1, updatedAt: 1, inputBucket: "raw", inputFile: "a.mp4", fileSize: 1 },
  ...{ status: "COMPLETE", playback: { hlsManifest: MANIFEST } },
};
const FINGERPRINT = "0123456789abcdef";

let row: Record<string, unknown> | undefined;
let aws: LocalServer;
beforeAll(async () => {
  process.env.AWS_ACCESS_KEY_ID = "test";
  process.env.AWS_SECRET_ACCESS_KEY = "test";
  process.env.AWS_REGION = "eu-south-2";
  aws = await serve((request, response) => {
    if (request.method === "POST") {
      response.setHeader("content-type", "application/x-amz-json-1.0");
      response.end(JSON.stringify({ Item: row && marshall(row) }));
      return;
    }
    // https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_ListPublicKeys.html
    const isSecond = request.url?.includes("Marker=next");
    const name = `media-playback-key-${isSecond ? "prod" : "prod-eu"}-${FINGERPRINT}`;
    response.setHeader("content-type", "text/xml");
    response.end(
      `<PublicKeyList>${isSecond ? "" : "<NextMarker>next</NextMarker>"}<MaxItems>1</MaxItems><Quantity>1</Quantity>` +
        `<Items><PublicKeySummary><Id>${isSecond ? "KPROD" : "KOTHER"}</Id><Name>${name}</Name>` +
        `<CreatedTime>2026-01-01T00:00:00Z</CreatedTime><EncodedKey>${key.publicKey}</EncodedKey>` +
        "</PublicKeySummary></Items></PublicKeyList>",
    );
  });
});
beforeEach(() => {
  row = ROW;
});
afterAll(() => aws.close());

const signAs = async (keyFile: string | undefined, env = "prod") =>
  playUrl(awsDeployment(env, { endpoint: aws.url }), {
    jobId: JOB,
    expiresInSeconds: 7200,
    key: keyFile === undefined ? undefined : readKeyFile(keyFile),
    now: 0,
  });

describe("play-url on AWS", () => {
  it("signs with the id that CloudFront gave the environment's key, on any page of its list", async () => {
    const { url, cookies, expiresAt } = await signAs(key.privateFile);
    expect(url).toBe(MANIFEST);
    expect(expiresAt).toBe("1970-01-01T02:00:00.000Z");
    expect(cookies["CloudFront-Key-Pair-Id"]).toBe("KPROD");
    const policy = decodeBase64(cookies["CloudFront-Policy"]);
    expect(JSON.parse(policy).Statement).toEqual([
      {
        Resource: `https://video.example.com/${JOB}/*`,
        Condition: { DateLessThan: { "AWS:EpochTime": 7200 } },
      },
    ]);
  });

  it.each([
    ["a job without a row", undefined, "media-jobs-prod has no job"],
    ["an unfinished job", { ...ROW, status: "PROCESSING" }, "The job is PROCESSING."],
    ["a job without playback", { ...ROW, playback: undefined }, "finished without playback keys"],
  ])("refuses %s", async (_what, given, sentence) => {
    row = given && JSON.parse(JSON.stringify(given));
    await expect(signAs(key.privateFile)).rejects.toThrow(sentence);
  });

  it("refuses to sign without a key, with a missing file, or with another environment's key", async () => {
    await expect(signAs(undefined)).rejects.toThrow("Name the signing key with --key or --key-secret.");
    await expect(signAs(join(folder, "none.pem"))).rejects.toThrow("The key can't be read (ENOENT).");
    await expect(signAs(key.privateFile, "dev")).rejects.toThrow("belongs to none of");
  });

  it("never repeats what a key file holds", async () => {
    const file = join(folder, "broken.pem");
    writeFileSync(file, "-----BEGIN PRIVATE KEY-----\nSECRET\n-----END PRIVATE KEY-----\n");
    const error = await signAs(file).catch(String);
    expect(error).toContain("doesn't hold a private key in PEM");
    expect(error).not.toContain("SECRET");
  });
});
