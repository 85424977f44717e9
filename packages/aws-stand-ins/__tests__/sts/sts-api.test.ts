import { GetCallerIdentityCommand, GetSessionTokenCommand, STSClient } from "@aws-sdk/client-sts";
import { Gateway } from "../../gateway";
import { StsApi } from "../../sts/sts-api";

it("says whose credentials sign the request, and nothing else", async () => {
  const gateway = new Gateway("000000000000");
  gateway.serve(new StsApi("000000000000", (accessKeyId) => `arn:aws:iam::000000000000:user/${accessKeyId}`));
  const endpoint = await gateway.listen(0);
  const credentials = { accessKeyId: "reader", secretAccessKey: "any" };
  const sts = new STSClient({ endpoint, region: "eu-south-2", credentials, maxAttempts: 1 });
  expect(await sts.send(new GetCallerIdentityCommand({}))).toMatchObject({
    ...{ Account: "000000000000", Arn: "arn:aws:iam::000000000000:user/reader" },
  });
  await expect(sts.send(new GetSessionTokenCommand({}))).rejects.toMatchObject({ name: "NotImplemented" });
  sts.destroy();
  await gateway.stop();
});
