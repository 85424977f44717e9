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
