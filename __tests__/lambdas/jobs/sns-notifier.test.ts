import { SNSClient } from "@aws-sdk/client-sns";
import { noticeOf } from "../../../lambdas/jobs/job-notification";
import { SnsNotifier } from "../../../lambdas/jobs/sns-notifier";
import { sampleJob } from "./sample-job";

it("a function without a completion topic can't tell of a completed job, and says so", async () => {
  const notifier = new SnsNotifier(new SNSClient({}), {
    failure: "arn:aws:sns:eu-south-2:111122223333:failure",
  });
  await expect(notifier.publish(noticeOf({ ...sampleJob(), status: "COMPLETE" }))).rejects.toThrow(
    "was given the failure topic only",
  );
});
