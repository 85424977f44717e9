import { AccountClient, GetRegionOptStatusCommand } from "@aws-sdk/client-account";
import { AccountApi } from "../../account/account-api";
import { Gateway } from "../../gateway";

it("shows the regions that the account uses as enabled, and no others", async () => {
  const gateway = new Gateway("000000000000");
  gateway.serve(new AccountApi(["eu-south-2"]));
  const endpoint = await gateway.listen(0);
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };
  const account = new AccountClient({ endpoint, region: "us-east-1", credentials, maxAttempts: 1 });
  const statusOf = async (input: { RegionName: string; AccountId?: string }) =>
    (await account.send(new GetRegionOptStatusCommand(input))).RegionOptStatus;

  expect(await statusOf({ RegionName: "eu-south-2" })).toBe("ENABLED");
  expect(await statusOf({ RegionName: "af-south-1" })).toBe("DISABLED");
  await expect(statusOf({ RegionName: "eu-south-2", AccountId: "000000000001" })).rejects.toMatchObject({
    name: "ValidationException",
  });
  account.destroy();
  await gateway.stop();
});
