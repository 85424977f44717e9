import { CloudwatchEventRule } from "@cdktf/provider-aws/lib/cloudwatch-event-rule";
import { Construct } from "constructs";
import type { EncryptedQueue } from "./encrypted-queue";
import { addFunctionTarget } from "./function-target";
import type { JobTable } from "./job-table";
import type { MediaBucket } from "./media-bucket";
import type { Names } from "./naming";
import { type FunctionContext, NodeFunction } from "./node-function";
import type { NotificationTopics } from "./notification-topics";
import { readPictures } from "./output-pictures";
import type { Transcoder } from "./transcoder";

export interface JobSweeperProps extends FunctionContext {
  readonly names: Names;
  readonly table: Pick<JobTable, "environment" | "arn" | "indexArns">;
  readonly topics: Pick<NotificationTopics, "completionArn" | "failureArn">;
  readonly transcoder: Pick<Transcoder, "region">;
  /** Receives the streams. */
  readonly processedBucket: Pick<MediaBucket, "name" | "arn">;
  readonly thumbnailsBucket: Pick<MediaBucket, "arn">;
  /** The name in playback URLs. @default none: rows have no playback URLs */
  readonly playbackDomain?: string;
  /** Receives uploads whose attempt ended without a job. */
  readonly retryQueue: Pick<EncryptedQueue, "arn" | "url">;
  /** Receives sweeps that EventBridge could not start, or that failed. */
  readonly deadLetters: Pick<EncryptedQueue, "arn">;
}

/** An unfinished job whose row hasn't changed for this long is compared with MediaConvert, in minutes. */
const STUCK_AFTER_MINUTES = 60;

/** Reconciles jobs with MediaConvert every 15 minutes, so that a lost event delays a row by about an hour and loses no video. */
export class JobSweeper extends Construct {
  readonly lambda: NodeFunction;
  readonly ruleName: string;

  constructor(scope: Construct, id: string, props: JobSweeperProps) {
    super(scope, id);
    const { aws, names, table, topics, transcoder, retryQueue, deadLetters } = props;
    this.lambda = new NodeFunction(this, "lambda", {
      aws,
      key: props.key,
      runtime: props.runtime,
      logRetentionDays: props.logRetentionDays,
      source: "job-sweeper",
      functionName: names.functions.sweeper,
      roleName: names.functionRoles.sweeper,
      description: "Reconciles jobs whose events were lost",
      memoryMb: 256,
      timeoutSeconds: 300,
      deadLetters,
      environment: {
        ...table.environment,
        PROCESSED_BUCKET: props.processedBucket.name,
        ...(props.playbackDomain !== undefined && { PLAYBACK_DOMAIN: props.playbackDomain }),
        MEDIACONVERT_REGION: transcoder.region,
        RETRY_QUEUE_URL: retryQueue.url,
        COMPLETION_TOPIC: topics.completionArn,
        FAILURE_TOPIC: topics.failureArn,
        STUCK_AFTER_MINUTES: String(STUCK_AFTER_MINUTES),
      },
      statements: [
        { sid: "FindStuckJobs", actions: ["dynamodb:Query"], resources: [...table.indexArns] },
        { sid: "WriteJobRows", actions: ["dynamodb:GetItem", "dynamodb:UpdateItem"], resources: [table.arn] },
        {
          sid: "ReadJobs",
          actions: ["mediaconvert:GetJob"],
          resources: [aws.arn("mediaconvert", "jobs/*", transcoder.region)],
        },
        { sid: "SendToRetryQueue", actions: ["sqs:SendMessage"], resources: [retryQueue.arn] },
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
      name: names.rules.sweep,
      description: "Starts a sweep every 15 minutes",
      scheduleExpression: "rate(15 minutes)",
      tags: { Name: names.rules.sweep },
    });
    this.ruleName = rule.name;
    addFunctionTarget(this, {
      rule,
      lambda: this.lambda,
      statementId: "SweeperRuleInvokes",
      targetId: "JobSweeper",
      deadLetters,
    });
  }
}
