import {
  CloudFrontClient,
  ListDistributionsCommand,
  ListPublicKeysCommand,
} from "@aws-sdk/client-cloudfront";
import { CloudFrontApi } from "../../cloudfront/cloudfront-api";
import { Gateway } from "../../gateway";

const KEY = { id: "KABC", name: "media-playback-key-dev-0", pem: "-----BEGIN PUBLIC KEY-----\nAA&<\n" };
let gateway: Gateway;
let client: CloudFrontClient;

beforeAll(async () => {
  gateway = new Gateway("000000000000");
  gateway.serve(new CloudFrontApi([KEY]));
  client = new CloudFrontClient({
    endpoint: await gateway.listen(0),
    region: "us-east-1",
    credentials: { accessKeyId: "any", secretAccessKey: "any" },
  });
});
afterAll(() => gateway.stop());

it("lists the public keys as the SDK reads them", async () => {
  const { PublicKeyList } = await client.send(new ListPublicKeysCommand());
  expect(PublicKeyList?.NextMarker).toBeUndefined();
  expect(PublicKeyList?.Items).toEqual([
    expect.objectContaining({ Id: KEY.id, Name: KEY.name, EncodedKey: KEY.pem }),
  ]);
});

it("refuses every other call by name", async () => {
  await expect(client.send(new ListDistributionsCommand())).rejects.toThrow(
    "doesn't offer the call \"GET /2020-05-31/distribution",
  );
});
