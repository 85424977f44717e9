import { createPrivateKey } from "node:crypto";
import { readFileSync } from "node:fs";
import { json } from "node:stream/consumers";
import { type LocalServer, serve } from "aws-stand-ins/testing/local-server";
import { readKeySecret } from "../../operator/signing-key";
import { makeKeyFiles } from "../constructs/delivery/key-files";

const ARN = "arn:aws:secretsmanager:eu-west-3:111122223333:secret:playback-key-AbCdEf";
const pem = readFileSync(makeKeyFiles().privateFile, "utf8");

/** What Secrets Manager answers: https://docs.aws.amazon.com/secretsmanager/latest/apireference/API_GetSecretValue.html */
let answer: { readonly status: number; readonly body: object };
let asked: { readonly target: unknown; readonly scope: string; readonly input: unknown };
let aws: LocalServer;
beforeAll(async () => {
  process.env.AWS_ACCESS_KEY_ID = "test";
  process.env.AWS_SECRET_ACCESS_KEY = "test";
  aws = await serve(async (request, response) => {
    const { "x-amz-target": target, authorization = "" } = request.headers;
    asked = { target, scope: authorization, input: await json(request) };
    response.writeHead(answer.status, { "content-type": "application/x-amz-json-1.1" });
    response.end(JSON.stringify(answer.body));
  });
});
afterAll(() => aws.close());

describe("a signing key in Secrets Manager", () => {
  it.each([
    ["text", { SecretString: pem }],
    ["bytes", { SecretBinary: Buffer.from(pem).toString("base64") }],
  ])("is read from the secret's %s, in the region of its ARN", async (_form, body) => {
    answer = { status: 200, body };
    const { privateKey, source } = await readKeySecret(ARN, aws.url);
    expect(privateKey.equals(createPrivateKey(pem))).toBe(true);
    expect(source).toBe(ARN);
    expect(asked).toMatchObject({ target: "secretsmanager.GetSecretValue", input: { SecretId: ARN } });
    expect(asked.scope).toContain("/eu-west-3/secretsmanager/");
  });

  it("says why it can't be read", async () => {
    answer = { status: 400, body: { __type: "AccessDeniedException", Message: "no" } };
    await expect(readKeySecret(ARN, aws.url)).rejects.toThrow(
      "The secret can't be read (AccessDeniedException).",
    );
  });

  it("never repeats what the secret holds", async () => {
    answer = { status: 200, body: { SecretString: "-----BEGIN PRIVATE KEY-----\nSECRET" } };
    const error = await readKeySecret(ARN, aws.url).catch(String);
    expect(error).toContain("doesn't hold a private key in PEM. Check --key-secret.");
    expect(error).not.toContain("SECRET");
  });

  it.each(["playback-key", "arn:aws:s3:::bucket", `${ARN} `])(
    "is refused by %j, which isn't an ARN of one",
    async (arn) => {
      await expect(readKeySecret(arn)).rejects.toThrow("isn't the ARN of a secret. Check --key-secret.");
    },
  );
});
