import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { Construct } from "constructs";
import type { EncryptedQueue } from "./encrypted-queue";
import { targetFunction } from "./function-target";
import type { JobTable } from "./job-table";
import type { Names } from "./naming";
import { type FunctionContext, NodeFunction } from "./node-function";
import type { NotificationTopics } from "./notification-topics";
import type { Transcoder } from "./transcoder";

export interface StatusUpdaterProps extends FunctionContext {
  readonly names: Names;
  readonly table: JobTable;
  readonly topics: NotificationTopics;
  readonly transcoder: Transcoder;
  /** Takes events that EventBridge could not hand over, or that the function failed on. */
  readonly deadLetters: EncryptedQueue;
}

/** Statuses that change a job's row: the three ends, and progress. */
const STATUSES = [
  "COMPLETE",
  "ERROR",
  "CANCELED",
  "PROGRESSING",
  "STATUS_UPDATE",
  "INPUT_INFORMATION",
  "NEW_WARNING",
];

/** Writes what MediaConvert says of our jobs into their rows, and tells the people concerned. */
export class StatusUpdater extends Construct {
  readonly lambda: NodeFunction;
  readonly ruleName: string;

  constructor(scope: Construct, id: string, props: StatusUpdaterProps) {
    super(scope, id);
    const { names, table, topics, transcoder } = props;
    this.lambda = new NodeFunction(this, "lambda", {
      ...props,
      source: "status-updater",
      functionName: names.of("statusUpdater"),
      roleName: names.of("statusUpdaterRole"),
      description: "Updates job status based on MediaConvert events",
      memoryMb: 256,
      timeoutSeconds: 60,
      deadLetterArn: props.deadLetters.arn,
      environment: {
        JOB_TABLE: table.name,
        COMPLETION_TOPIC: topics.completionArn,
        FAILURE_TOPIC: topics.failureArn,
      },
      statements: [
        {
          sid: "KeepJobRows",
          actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"],
          resources: [table.arn],
        },
        {
          sid: "TellThePeopleConcerned",
          actions: ["sns:Publish"],
          resources: [topics.completionArn, topics.failureArn],
        },
      ],
      encryptedServices: ["dynamodb", "sns", "sqs"],
    });

    const rule = new CloudwatchEventRule(this, "rule", {
      name: names.of("statusRule"),
      description: "Capture MediaConvert job state changes",
      eventPattern: transcoder.eventPattern(STATUSES),
      tags: { Name: names.of("statusRule") },
    });
    this.ruleName = rule.name;
    targetFunction(this, {
      rule,
      lambda: this.lambda,
      statementId: "StatusRuleInvokes",
      targetId: "MediaConvertStatusTarget",
      deadLetters: props.deadLetters,
      // EventBridge's own limits, https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
      retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
    });
  }
}
