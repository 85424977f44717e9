/** A physical name that AWS limits in length. */
interface NameRule {
  /** `{suffix}` and `{account}` are filled in. */
  readonly pattern: string;
  /** Longest name that AWS accepts, in characters. */
  readonly limit: number;
}

/** Limits: the API reference of each service, as botocore's models of August 2026 state them. */
export const NAME_RULES = {
  keyAlias: { pattern: "alias/media-pipeline-{suffix}", limit: 256 },
  rawVideosBucket: { pattern: "raw-videos-{suffix}-{account}", limit: 63 },
  processedVideosBucket: { pattern: "processed-videos-{suffix}-{account}", limit: 63 },
  thumbnailsBucket: { pattern: "thumbnails-{suffix}-{account}", limit: 63 },
  logBucket: { pattern: "media-pipeline-logs-{suffix}-{account}", limit: 63 },
  jobTable: { pattern: "media-jobs-{suffix}", limit: 255 },
  processingQueue: { pattern: "media-processing-queue-{suffix}", limit: 80 },
  statusDeadLetterQueue: { pattern: "media-status-dlq-{suffix}", limit: 80 },
  deadLetterQueue: { pattern: "media-processing-dlq-{suffix}", limit: 80 },
  completionTopic: { pattern: "media-job-completion-{suffix}", limit: 256 },
  failureTopic: { pattern: "media-job-failure-{suffix}", limit: 256 },
  mediaConvertQueue: { pattern: "media-pipeline-{suffix}", limit: 80 },
  mediaConvertRole: { pattern: "MediaConvertRole-{suffix}", limit: 64 },
  eventRelayRole: { pattern: "MediaConvertEventRelayRole-{suffix}", limit: 64 },
  eventRelayRule: { pattern: "mediaconvert-relay-{suffix}", limit: 64 },
  processor: { pattern: "media-processor-{suffix}", limit: 64 },
  processorRole: { pattern: "ProcessingLambdaRole-{suffix}", limit: 64 },
  statusUpdater: { pattern: "status-updater-{suffix}", limit: 64 },
  statusUpdaterRole: { pattern: "StatusUpdaterRole-{suffix}", limit: 64 },
  statusRule: { pattern: "mediaconvert-completion-{suffix}", limit: 64 },
  sweeper: { pattern: "job-sweeper-{suffix}", limit: 64 },
  sweeperRole: { pattern: "JobSweeperRole-{suffix}", limit: 64 },
  sweeperRule: { pattern: "media-job-sweep-{suffix}", limit: 64 },
  processorErrorAlarm: { pattern: "media-processor-errors-{suffix}", limit: 255 },
  processorThrottleAlarm: { pattern: "media-processor-throttles-{suffix}", limit: 255 },
  processorDropAlarm: { pattern: "media-processor-dropped-{suffix}", limit: 255 },
  statusUpdaterErrorAlarm: { pattern: "status-updater-errors-{suffix}", limit: 255 },
  sweeperErrorAlarm: { pattern: "job-sweeper-errors-{suffix}", limit: 255 },
  deadLetterAlarm: { pattern: "media-dlq-depth-{suffix}", limit: 255 },
  statusDeadLetterAlarm: { pattern: "media-status-dlq-depth-{suffix}", limit: 255 },
  retryAgeAlarm: { pattern: "media-processing-queue-age-{suffix}", limit: 255 },
  statusRuleAlarm: { pattern: "mediaconvert-completion-undelivered-{suffix}", limit: 255 },
  failedJobAlarm: { pattern: "media-jobs-failed-{suffix}", limit: 255 },
  dashboard: { pattern: "MediaProcessing-{suffix}", limit: 255 },
} as const satisfies Record<string, NameRule>;

/** What is named; see {@link NAME_RULES}. */
export type Named = keyof typeof NAME_RULES;

/** Every physical name of one pipeline. */
export class Names {
  /**
   * @param suffix the environment suffix
   * @param accountId the AWS account, usually a token of `data.aws_caller_identity`
   */
  constructor(
    readonly suffix: string,
    private readonly accountId: string,
  ) {}

  of(what: Named): string {
    return NAME_RULES[what].pattern.replace("{suffix}", this.suffix).replace("{account}", this.accountId);
  }
}
