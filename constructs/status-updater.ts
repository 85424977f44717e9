import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import type { ITerraformDependable } from "cdktf";
import { Construct } from "constructs";
import type { EncryptedQueue } from "./encrypted-queue";
import { addFunctionTarget } from "./function-target";
import type { JobTable } from "./job-table";
import type { MediaBucket } from "./media-bucket";
import type { Names } from "./naming";
import { type FunctionContext, NodeFunction } from "./node-function";
import type { NotificationTopics } from "./notification-topics";
import { readPictures } from "./output-pictures";
import { jobEventPattern, type Transcoder } from "./transcoder";

export interface StatusUpdaterProps extends FunctionContext {
  readonly names: Names;
  readonly table: Pick<JobTable, "environment" | "arn">;
  readonly topics: Pick<NotificationTopics, "completionArn" | "failureArn">;
  readonly transcoder: Pick<Transcoder, "queueArn" | "region">;
  /** Receives the streams. */
  readonly processedBucket: Pick<MediaBucket, "name" | "arn">;
  readonly thumbnailsBucket: Pick<MediaBucket, "arn">;
  /** The name in playback URLs. @default none: rows have no playback URLs */
  readonly playbackDomain?: string;
  /** Receives events that EventBridge could not deliver, or that the function failed on. */
  readonly deadLetters: Pick<EncryptedQueue, "arn">;
}

/** Statuses that change a job's row. INPUT_INFORMATION tells less than the probe did. */
const STATUSES = ["COMPLETE", "ERROR", "CANCELED", "PROGRESSING", "STATUS_UPDATE", "NEW_WARNING"];

/** Records MediaConvert's events in the job table and publishes each outcome. */
export class StatusUpdater extends Construct {
  readonly lambda: NodeFunction;
  readonly ruleName: string;
  /** What has to exist before MediaConvert's events arrive. */
  readonly prerequisites: readonly ITerraformDependable[];

  constructor(scope: Construct, id: string, props: StatusUpdaterProps) {
    super(scope, id);
    const { names, table, topics, transcoder, deadLetters } = props;
    this.lambda = new NodeFunction(this, "lambda", {
      aws: props.aws,
      key: props.key,
      runtime: props.runtime,
      logRetentionDays: props.logRetentionDays,
      source: "status-updater",
      functionName: names.functions.statusUpdater,
      roleName: names.functionRoles.statusUpdater,
      description: "Updates job status based on MediaConvert events",
      memoryMb: 256,
      timeoutSeconds: 60,
      deadLetters,
      environment: {
        ...table.environment,
        PROCESSED_BUCKET: props.processedBucket.name,
        ...(props.playbackDomain !== undefined && { PLAYBACK_DOMAIN: props.playbackDomain }),
        MEDIACONVERT_REGION: transcoder.region,
        COMPLETION_TOPIC: topics.completionArn,
        FAILURE_TOPIC: topics.failureArn,
      },
      statements: [
        { sid: "WriteJobRows", actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"], resources: [table.arn] },
        {
          sid: "CancelStrayJobs",
          actions: ["mediaconvert:CancelJob"],
          // A job's ARN doesn't tell its queue.
          resources: [props.aws.arn("mediaconvert", "jobs/*", transcoder.region)],
        },
        ...readPictures(props),
        {
          sid: "PublishOutcome",
          actions: ["sns:Publish"],
          resources: [topics.completionArn, topics.failureArn],
        },
      ],
      encryptedServices: ["dynamodb", "s3", "sns", "sqs"],
    });

    const rule = new CloudwatchEventRule(this, "rule", {
      name: names.rules.status,
      description: "Captures MediaConvert job state changes",
      eventPattern: jobEventPattern(transcoder, STATUSES),
      tags: { Name: names.rules.status },
    });
    this.ruleName = rule.name;
    const target = addFunctionTarget(this, {
      rule,
      lambda: this.lambda,
      statementId: "StatusRuleInvokes",
      targetId: "MediaConvertStatusTarget",
      deadLetters,
      // EventBridge's maximum: https://docs.aws.amazon.com/eventbridge/latest/userguide/eb-rule-retry-policy.html
      retryPolicy: { maximumEventAgeInSeconds: 86_400, maximumRetryAttempts: 185 },
    });
    this.prerequisites = [target];
  }
}
