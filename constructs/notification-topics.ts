import { SnsTopic } from "@cdktf/provider-aws/lib/sns-topic";
import { Construct } from "constructs";
import type { EncryptionKey } from "./encryption-key";
import type { Names } from "./naming";

export interface NotificationTopicsProps {
  readonly names: Names;
  readonly key: EncryptionKey;
}

/** Where the people concerned hear that a video is ready, or that it isn't and why. */
export class NotificationTopics extends Construct {
  readonly completionArn: string;
  readonly failureArn: string;

  constructor(scope: Construct, id: string, { names, key }: NotificationTopicsProps) {
    super(scope, id);
    const completion = new SnsTopic(this, "completion", {
      name: names.of("completionTopic"),
      displayName: "Media Processing Job Completion Notifications",
      kmsMasterKeyId: key.arn,
      tags: { Name: names.of("completionTopic") },
    });
    completion.overrideLogicalId("job_completion");
    const failure = new SnsTopic(this, "failure", {
      name: names.of("failureTopic"),
      displayName: "Media Processing Job Failure Alerts",
      kmsMasterKeyId: key.arn,
      tags: { Name: names.of("failureTopic") },
    });
    failure.overrideLogicalId("job_failure");
    this.completionArn = completion.arn;
    this.failureArn = failure.arn;
  }
}
