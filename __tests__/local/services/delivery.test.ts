import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { getSignedCookies, getSignedUrl } from "@aws-sdk/cloudfront-signer";
import { Distribution } from "aws-stand-ins/cloudfront/distribution";
import { Gateway } from "aws-stand-ins/gateway";
import { AccessControl } from "aws-stand-ins/iam/access-control";
import { ObjectStore } from "aws-stand-ins/s3/object-store";
import { accessRulesOf } from "../../../local/services/access-rules";
import { bucketsOf } from "../../../local/services/buckets";
import { startDelivery } from "../../../local/services/delivery";
import { SynthesizedStack } from "../../../local/terraform/synthesized-stack";
import { makeKeyFiles, playbackSettings } from "../../constructs/delivery/key-files";
import { type Arguments, synthesize } from "../../constructs/synthesized";

const key = makeKeyFiles();
const otherKey = makeKeyFiles();
const synthesized = synthesize(playbackSettings(key));
const NOW = Math.floor(Date.now() / 1000);
const directory = mkdtempSync(join(tmpdir(), "delivery-"));
const PAGE = "https://www.example.com";
const running: Distribution[] = [];

afterAll(async () => {
  await Promise.all(running.map((one) => one.stop()));
  rmSync(directory, { recursive: true, force: true });
});

interface Signed {
  readonly resource: string;
  readonly privateKey: string;
  /** Epoch seconds. */
  readonly expires: number;
}

/** The stack's distribution over two jobs' outputs. */
async function deliver(edit: (json: Arguments) => void = () => {}) {
  const json = structuredClone(synthesized.json);
  // The functions' archives aren't needed to deliver.
  for (const type of ["aws_lambda_function", "aws_lambda_permission"]) json.resource[type] = {};
  edit(json);
  const stack = new SynthesizedStack(directory, json, "http://127.0.0.1:1");
  const distribution = new Distribution();
  running.push(distribution);
  stack.distributionHost = await distribution.listen(0);
  const objects = new ObjectStore(mkdtempSync(join(directory, "s3-")), bucketsOf(stack));
  for (const job of ["job", "other"]) {
    await objects.put(stack.output("ProcessedVideosBucketName"), `${job}/main.m3u8`, Buffer.from("#EXTM3U"));
    await objects.put(
      stack.output("ThumbnailsBucketName"),
      `${job}/main_thumb.0000000.jpg`,
      Buffer.from("jpg"),
    );
  }
  const context = {
    ...{ stack, access: new AccessControl(accessRulesOf(stack)) },
    gateway: new Gateway("000000000000"),
  };
  startDelivery(context, objects, distribution);
  const origin = `http://${stack.distributionHost}`;
  const keyPairId = stack.output("PlaybackKeyIds");
  const cookies = (signed: Partial<Signed> = {}) => {
    const { resource, privateKey, expires } = {
      resource: `${origin}/job/*`,
      privateKey: key.privateKey,
      expires: NOW + 600,
      ...signed,
    };
    const statement = { Resource: resource, Condition: { DateLessThan: { "AWS:EpochTime": expires } } };
    const policy = JSON.stringify({ Statement: [statement] });
    return Object.entries(getSignedCookies({ keyPairId, privateKey, policy }))
      .map(([name, value]) => `${name}=${value}`)
      .join("; ");
  };
  const get = (path: string, cookie = "", init: RequestInit = {}) =>
    fetch(`${origin}${path}`, { ...init, headers: { cookie, origin: PAGE, ...init.headers } });
  return { origin, keyPairId, cookies, get };
}

describe("the distribution's stand-in", () => {
  it("refuses a port that is in use, in one sentence", async () => {
    const { origin } = await deliver();
    const { port } = new URL(origin);
    await expect(new Distribution().listen(Number(port))).rejects.toThrow(/^Port \d+ is in use\. Stop/);
  });

  it("serves every output of the job that the cookies name", async () => {
    const { get, cookies } = await deliver();
    expect(await (await get("/job/main.m3u8", cookies())).text()).toBe("#EXTM3U");
    expect(await (await get("/job/main_thumb.0000000.jpg", cookies())).text()).toBe("jpg");
  });

  it("denies reads without cookies, with another job's, an expired policy, or another key", async () => {
    const { get, cookies, origin } = await deliver();
    const denied = [
      "",
      cookies({ resource: `${origin}/other/*` }),
      cookies({ expires: NOW - 1 }),
      cookies({ privateKey: otherKey.privateKey }),
      cookies().replace("CloudFront-Signature=", "CloudFront-Signature=AAAA"),
    ];
    for (const cookie of denied) expect((await get("/job/main.m3u8", cookie)).status).toBe(403);
    expect(await (await get("/job/main.m3u8")).text()).toContain("<Code>MissingKey</Code>");
  });

  it("accepts a signed URL for its one object until it expires", async () => {
    const { origin, keyPairId } = await deliver();
    const sign = (seconds: number) =>
      getSignedUrl({
        url: `${origin}/job/main.m3u8`,
        keyPairId,
        privateKey: key.privateKey,
        dateLessThan: new Date((NOW + seconds) * 1000).toISOString(),
      });
    expect((await fetch(sign(600))).status).toBe(200);
    expect((await fetch(sign(-1))).status).toBe(403);
    expect((await fetch(sign(600).replace("/job/", "/other/"))).status).toBe(403);
  });

  it("sends the CORS headers on success and on denial, to listed origins only", async () => {
    const { get, cookies } = await deliver();
    for (const cookie of [cookies(), ""]) {
      const { headers } = await get("/job/main.m3u8", cookie);
      expect(headers.get("access-control-allow-origin")).toBe(PAGE);
      expect(headers.get("access-control-allow-credentials")).toBe("true");
      expect(headers.get("x-content-type-options")).toBe("nosniff");
    }
    const { headers } = await get("/job/main.m3u8", cookies(), {
      headers: { origin: "https://evil.example" },
    });
    expect(headers.get("access-control-allow-origin")).toBeNull();
  });

  it("answers ranges and HEAD, and hides whether an object exists", async () => {
    const { get, cookies } = await deliver();
    const part = await get("/job/main.m3u8", cookies(), { headers: { range: "bytes=1-3" } });
    expect([part.status, await part.text()]).toEqual([206, "EXT"]);
    const head = await get("/job/main.m3u8", cookies(), { method: "HEAD" });
    expect([head.status, head.headers.get("content-length")]).toEqual([200, "7"]);
    expect((await get("/job/missing.ts", cookies())).status).toBe(403);
    expect((await get("/job/main.m3u8", cookies(), { method: "PUT" })).status).toBe(403);
  });

  const without = (document: string, sid: string) => (json: Arguments) => {
    const found = json.data.aws_iam_policy_document[document];
    const count = found.statement.length;
    found.statement = found.statement.filter((statement: Arguments) => statement.sid !== sid);
    expect(found.statement).toHaveLength(count - 1);
  };
  const documents = Object.keys(synthesized.json.data.aws_iam_policy_document);
  const named = (start: string) => documents.find((name) => name.startsWith(start)) ?? start;

  it.each([
    ["processed bucket", named("storage_processed_policy"), "AllowDistributionReads", "/job/main.m3u8"],
    [
      "thumbnails bucket",
      named("storage_thumbnails_policy"),
      "AllowDistributionReads",
      "/job/main_thumb.0000000.jpg",
    ],
    ["key", named("key_policy"), "AllowDistributionDecrypts", "/job/main.m3u8"],
  ])(
    "denies reads if the policy of the %s doesn't allow the distribution",
    async (_what, document, sid, path) => {
      const { get, cookies } = await deliver(without(document, sid));
      expect((await get(path, cookies())).status).toBe(403);
    },
  );
});
