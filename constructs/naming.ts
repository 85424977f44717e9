import { ConfigError } from "./config";

/** Names of one kind, and how long AWS lets them be. */
interface NameKind {
  /** Longest name that AWS accepts, in characters: the API reference of the service, botocore's models of August 2026. */
  readonly maxLength: number;
  /** `{suffix}` and `{account}` are filled in. */
  readonly patterns: Readonly<Record<string, string>>;
}

/** Every physical name of a pipeline and of its deployment access. A function and its role share a key. */
const NAME_KINDS = {
  keyAliases: { maxLength: 256, patterns: { pipeline: "alias/media-pipeline-{suffix}" } },
  /** The buckets that hold media: each writes access logs. */
  mediaBuckets: {
    maxLength: 63,
    patterns: {
      raw: "raw-videos-{suffix}-{account}",
      processed: "processed-videos-{suffix}-{account}",
      thumbnails: "thumbnails-{suffix}-{account}",
    },
  },
  logBuckets: { maxLength: 63, patterns: { accessLogs: "media-pipeline-logs-{suffix}-{account}" } },
  tables: { maxLength: 255, patterns: { jobs: "media-jobs-{suffix}" } },
  queues: {
    maxLength: 80,
    patterns: {
      retry: "media-processing-queue-{suffix}",
      deadLetter: "media-processing-dlq-{suffix}",
      statusDeadLetter: "media-status-dlq-{suffix}",
    },
  },
  topics: {
    maxLength: 256,
    patterns: { completion: "media-job-completion-{suffix}", failure: "media-job-failure-{suffix}" },
  },
  functions: {
    maxLength: 64,
    patterns: {
      processor: "media-processor-{suffix}",
      statusUpdater: "status-updater-{suffix}",
      sweeper: "job-sweeper-{suffix}",
    },
  },
  functionRoles: {
    maxLength: 64,
    patterns: {
      processor: "ProcessingLambdaRole-{suffix}",
      statusUpdater: "StatusUpdaterRole-{suffix}",
      sweeper: "JobSweeperRole-{suffix}",
    },
  },
  /** Roles that AWS services other than Lambda assume. */
  serviceRoles: {
    maxLength: 64,
    patterns: {
      mediaConvert: "MediaConvertRole-{suffix}",
      eventRelay: "MediaConvertEventRelayRole-{suffix}",
    },
  },
  /** EventBridge rules of the home region. */
  rules: {
    maxLength: 64,
    patterns: { status: "mediaconvert-completion-{suffix}", sweep: "media-job-sweep-{suffix}" },
  },
  /** EventBridge rules of the transcode region. */
  transcodeRules: { maxLength: 64, patterns: { relay: "mediaconvert-relay-{suffix}" } },
  mediaConvertQueues: { maxLength: 80, patterns: { jobs: "media-pipeline-{suffix}" } },
  alarms: {
    maxLength: 255,
    patterns: {
      processorErrors: "media-processor-errors-{suffix}",
      processorThrottles: "media-processor-throttles-{suffix}",
      processorDrops: "media-processor-dropped-{suffix}",
      statusUpdaterErrors: "status-updater-errors-{suffix}",
      sweeperErrors: "job-sweeper-errors-{suffix}",
      deadLetters: "media-dlq-depth-{suffix}",
      statusDeadLetters: "media-status-dlq-depth-{suffix}",
      retryAge: "media-processing-queue-age-{suffix}",
      undeliveredEvents: "mediaconvert-completion-undelivered-{suffix}",
      failedJobs: "media-jobs-failed-{suffix}",
    },
  },
  dashboards: { maxLength: 255, patterns: { pipeline: "MediaProcessing-{suffix}" } },
  /** Roles that GitHub's workflows assume. */
  deploymentRoles: {
    maxLength: 64,
    patterns: { plan: "media-pipeline-plan-{suffix}", deploy: "media-pipeline-deploy-{suffix}" },
  },
  managedPolicies: { maxLength: 128, patterns: { boundary: "media-pipeline-boundary-{suffix}" } },
} as const satisfies Record<string, NameKind>;

type NameKinds = typeof NAME_KINDS;

/** The physical names of one environment by kind, such as `names.queues.retry`. */
export type Names = {
  readonly [Kind in keyof NameKinds]: Readonly<Record<keyof NameKinds[Kind]["patterns"], string>>;
};

/** An account id has twelve digits, and is a token while the stack is synthesized. */
const ANY_ACCOUNT = "0".repeat(12);

/**
 * @param environmentSuffix tells the environments of one account apart
 * @param accountId the AWS account, usually a token of `data.aws_caller_identity`
 * @throws {ConfigError} if the suffix makes a name longer than AWS accepts
 */
export function physicalNames(environmentSuffix: string, accountId: string): Names {
  const kinds = Object.entries<NameKind>(NAME_KINDS).map(([kind, { maxLength, patterns }]) => {
    const names = Object.entries(patterns).map(([key, pattern]) => {
      const suffixed = pattern.replace("{suffix}", environmentSuffix);
      const { length } = suffixed.replace("{account}", ANY_ACCOUNT);
      if (length > maxLength) {
        throw new ConfigError(
          `ENVIRONMENT_SUFFIX='${environmentSuffix}' is too long: '${suffixed}', one of ${kind}, ` +
            `would have ${length} characters, and AWS accepts ${maxLength}.`,
        );
      }
      return [key, suffixed.replace("{account}", accountId)];
    });
    return [kind, Object.fromEntries(names)];
  });
  return Object.fromEntries(kinds);
}

/** The log group that Lambda writes a function's logs to. */
export function logGroupName(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}
