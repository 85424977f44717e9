import {
  CloudWatchClient,
  DescribeAlarmsCommand,
  type DescribeAlarmsCommandInput,
} from "@aws-sdk/client-cloudwatch";
import { CloudWatchApi } from "../../cloudwatch/cloudwatch-api";
import { Gateway } from "../../gateway";

const gateway = new Gateway("000000000000");
let cloudWatch: CloudWatchClient;

beforeAll(async () => {
  const alarm = (name: string) => ({ name, arn: `arn:aws:cloudwatch:eu-south-2:000000000000:alarm:${name}` });
  gateway.serve(new CloudWatchApi([alarm("a"), alarm("b")]));
  const endpoint = await gateway.listen(0);
  const credentials = { accessKeyId: "any", secretAccessKey: "any" };
  cloudWatch = new CloudWatchClient({ endpoint, region: "eu-south-2", credentials, maxAttempts: 1 });
});
afterAll(async () => {
  cloudWatch.destroy();
  await gateway.stop();
});

const describeAlarms = (input: DescribeAlarmsCommandInput) =>
  cloudWatch.send(new DescribeAlarmsCommand(input));

it("shows alarms that nothing has evaluated, by name", async () => {
  const { MetricAlarms } = await describeAlarms({ AlarmNames: ["b", "none"] });
  expect(MetricAlarms).toEqual([
    expect.objectContaining({
      ...{ AlarmName: "b", StateValue: "INSUFFICIENT_DATA", StateUpdatedTimestamp: expect.any(Date) },
      StateReason: "Unchecked: Initial alarm creation",
    }),
  ]);
  expect((await describeAlarms({})).MetricAlarms).toHaveLength(2);
});

it("refuses a filter that it would ignore", async () => {
  await expect(describeAlarms({ StateValue: "ALARM" })).rejects.toThrow("DescribeAlarms with StateValue");
});
