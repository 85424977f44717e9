import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { Construct } from "constructs";
import type { EncryptedQueue } from "./encrypted-queue";
import { targetFunction } from "./function-target";
import type { JobTable } from "./job-table";
import type { Names } from "./naming";
import { type FunctionContext, NodeFunction } from "./node-function";
import type { NotificationTopics } from "./notification-topics";
import type { Transcoder } from "./transcoder";

export interface JobSweeperProps extends FunctionContext {
  readonly names: Names;
  readonly table: JobTable;
  readonly topics: NotificationTopics;
  readonly transcoder: Transcoder;
  readonly retryLane: EncryptedQueue;
  readonly deadLetters: EncryptedQueue;
}

/** A job that hasn't moved for so long is compared with MediaConvert, in minutes. */
const STUCK_AFTER_MINUTES = 60;

/** Every 15 minutes, brings up to date what an event should have: a lost event costs minutes, not a video. */
export class JobSweeper extends Construct {
  readonly lambda: NodeFunction;

  constructor(scope: Construct, id: string, props: JobSweeperProps) {
    super(scope, id);
    const { aws, names, table, topics, transcoder, retryLane } = props;
    this.lambda = new NodeFunction(this, "lambda", {
      ...props,
      source: "job-sweeper",
      functionName: names.of("sweeper"),
      roleName: names.of("sweeperRole"),
      description: "Brings jobs up to date whose events were lost",
      memoryMb: 256,
      timeoutSeconds: 300,
      deadLetterArn: props.deadLetters.arn,
      environment: {
        JOB_TABLE: table.name,
        MEDIACONVERT_REGION: transcoder.region,
        RETRY_QUEUE_URL: retryLane.url,
        COMPLETION_TOPIC: topics.completionArn,
        FAILURE_TOPIC: topics.failureArn,
        STUCK_AFTER_MINUTES: String(STUCK_AFTER_MINUTES),
      },
      statements: [
        { sid: "FindStuckJobs", actions: ["dynamodb:Query"], resources: [...table.indexArns] },
        { sid: "KeepJobRows", actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"], resources: [table.arn] },
        {
          sid: "ReadJobs",
          actions: ["mediaconvert:GetJob"],
          resources: [aws.arn("mediaconvert", "jobs/*", transcoder.region)],
        },
        { sid: "PutUploadsIntoRetryLane", actions: ["sqs:SendMessage"], resources: [retryLane.arn] },
        {
          sid: "TellThePeopleConcerned",
          actions: ["sns:Publish"],
          resources: [topics.completionArn, topics.failureArn],
        },
      ],
      encryptedServices: ["dynamodb", "sns", "sqs"],
    });

    const rule = new CloudwatchEventRule(this, "rule", {
      name: names.of("sweeperRule"),
      description: "Sweeps jobs that should have moved",
      scheduleExpression: "rate(15 minutes)",
      tags: { Name: names.of("sweeperRule") },
    });
    targetFunction(this, {
      rule,
      lambda: this.lambda,
      statementId: "SweeperRuleInvokes",
      targetId: "JobSweeper",
      deadLetters: props.deadLetters,
    });
  }
}
