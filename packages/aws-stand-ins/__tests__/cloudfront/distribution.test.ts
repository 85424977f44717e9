import { mkdtemp, rm } from "node:fs/promises";
import { request as httpRequest } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { Distribution } from "../../cloudfront/distribution";
import { AccessControl } from "../../iam/access-control";
import { parsePolicy } from "../../iam/policy";
import { ObjectStore } from "../../s3/object-store";

const ACCOUNT = "000000000000";
let directory: string;
let distribution: Distribution;
let port: number;

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), "distribution-"));
  const objects = new ObjectStore(directory, [{ name: "media", versioned: false }]);
  await objects.put("media", "/", Buffer.from("odd"));
  const statement =
    '{"Effect":"Allow","Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject","Resource":"*"}';
  const access = new AccessControl({
    ...{ accountId: ACCOUNT, roles: [], keys: new Map() },
    resourcePolicies: new Map([["arn:aws:s3:::media", parsePolicy(`{"Statement":${statement}}`, "test")]]),
  });
  const cors = {
    ...{ origins: [], allowCredentials: false },
    ...{ allowedHeaders: [], allowedMethods: [], exposedHeaders: [] },
  };
  distribution = new Distribution();
  port = Number((await distribution.listen(0)).split(":")[1]);
  const behaviors = [{ bucket: "media", methods: ["GET"], cors, headers: {} }];
  distribution.serve(
    { arn: "arn:aws:cloudfront::0:distribution/D", behaviors },
    { objects, access, now: Date.now },
  );
});
afterAll(async () => {
  await distribution.stop();
  await rm(directory, { recursive: true });
});

function get(path: string, headers: Record<string, string> = {}): Promise<{ status?: number; body: string }> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: "127.0.0.1", port, path, headers }, (response) => {
      text(response).then((body) => resolve({ status: response.statusCode, body }), reject);
    });
    request.on("error", reject).end();
  });
}

it.each(["/%ff", "/a%", "*", "http://["])("refuses the path %s, which can't be a key", async (path) => {
  expect(await get(path)).toMatchObject({ status: 400, body: expect.stringContaining("InvalidRequest") });
});

it("reads a path of two slashes as a key", async () => {
  expect(await get("//")).toEqual({ status: 200, body: "odd" });
  expect(await get("//:x")).toMatchObject({ status: 403 });
});

it.each(["attacker.example", "127.0.0.1.attacker.example:80"])(
  "isn't reached by the name %j, which could resolve to this machine",
  async (host) => {
    expect(await get("//", { host })).toMatchObject({ status: 403 });
  },
);
