import { ConfigError } from "./config";

/** The value of the tag `Project`. The deployment role's conditions compare it. */
export const PROJECT = "MediaProcessingPipeline";

/** The physical names of one environment by kind, such as `names.queues.retry`. A function and its role share a property name. */
export type Names = ReturnType<typeof physicalNames>;

/** An account id has twelve digits; during synthesis it is a token of another length. */
const ANY_ACCOUNT = "0".repeat(12);

/**
 * Every physical name of a pipeline and of its deployment access. The limits, in characters, are those of the services'
 * API references, as botocore's models of August 2026 state them.
 *
 * @param environmentSuffix tells the environments of one account apart
 * @param accountId the AWS account, usually a token of `data.aws_caller_identity`
 * @throws {ConfigError} if the suffix makes a name longer than AWS accepts
 */
export function physicalNames(environmentSuffix: string, accountId: string) {
  function named<Key extends string>(
    maxLength: number,
    bases: Readonly<Record<Key, string>>,
    account?: string,
  ) {
    const names = Object.entries<string>(bases).map(([key, base]) => {
      const name = `${base}-${environmentSuffix}`;
      const { length } = account === undefined ? name : `${name}-${ANY_ACCOUNT}`;
      if (length > maxLength) {
        throw new ConfigError(
          `ENVIRONMENT_SUFFIX='${environmentSuffix}' is too long: ` +
            `the name '${name}${account === undefined ? "" : "-<account>"}' would have ${length} characters, ` +
            `and AWS accepts ${maxLength}.`,
        );
      }
      return [key, account === undefined ? name : `${name}-${account}`];
    });
    // The compiler can't follow the keys through Object.entries.
    return Object.fromEntries(names) as Readonly<Record<Key, string>>;
  }
  return {
    keyAliases: named(256, { pipeline: "alias/media-pipeline" }),
    /** The buckets that write access logs. Bucket names are global, so they contain the account. */
    mediaBuckets: named(
      63,
      { raw: "raw-videos", processed: "processed-videos", thumbnails: "thumbnails" },
      accountId,
    ),
    logBuckets: named(63, { accessLogs: "media-pipeline-logs" }, accountId),
    tables: named(255, { jobs: "media-jobs" }),
    queues: named(80, {
      retry: "media-processing-queue",
      deadLetter: "media-processing-dlq",
      statusDeadLetter: "media-status-dlq",
    }),
    topics: named(256, {
      completion: "media-job-completion",
      failure: "media-job-failure",
      alarms: "media-alarms",
    }),
    functions: named(64, {
      processor: "media-processor",
      statusUpdater: "status-updater",
      sweeper: "job-sweeper",
    }),
    functionRoles: named(64, {
      processor: "ProcessingLambdaRole",
      statusUpdater: "StatusUpdaterRole",
      sweeper: "JobSweeperRole",
    }),
    /** Roles that AWS services other than Lambda assume. */
    serviceRoles: named(64, { mediaConvert: "MediaConvertRole", eventRelay: "MediaConvertEventRelayRole" }),
    /** EventBridge rules of the home region. */
    rules: named(64, { status: "mediaconvert-completion", sweep: "media-job-sweep" }),
    /** EventBridge rules of the transcode region. */
    transcodeRules: named(64, { relay: "mediaconvert-relay" }),
    mediaConvertQueues: named(80, { jobs: "media-pipeline" }),
    alarms: named(255, {
      processorErrors: "media-processor-errors",
      processorThrottles: "media-processor-throttles",
      processorDrops: "media-processor-dropped",
      processorRecursion: "media-processor-recursion-stopped",
      statusUpdaterErrors: "status-updater-errors",
      sweeperErrors: "job-sweeper-errors",
      missingSweeps: "job-sweeper-missing",
      processorDeadLetterErrors: "media-processor-dead-letter-errors",
      statusUpdaterDeadLetterErrors: "status-updater-dead-letter-errors",
      sweeperDeadLetterErrors: "job-sweeper-dead-letter-errors",
      unsweptJobs: "media-jobs-unswept",
      postponedJobs: "media-jobs-postponed",
      oldestWait: "media-jobs-waiting",
      budgetSpent: "media-budget-spent",
      strayJobs: "media-jobs-stray",
      deadLetters: "media-dlq-depth",
      statusDeadLetters: "media-status-dlq-depth",
      failedMessages: "media-messages-failed",
      ignoredUploads: "media-uploads-ignored",
      retryAge: "media-processing-queue-age",
      undeliveredEvents: "mediaconvert-completion-undelivered",
      undeliveredSweeps: "media-job-sweep-undelivered",
      lostEvents: "media-events-lost",
      failedJobs: "media-jobs-failed",
      failedJobsSwept: "media-jobs-failed-swept",
      refusedJobs: "media-jobs-refused",
    }),
    /** CloudFront's names: https://docs.aws.amazon.com/cloudfront/latest/APIReference/API_Types.html */
    delivery: named(64, {
      accessControl: "media-playback",
      cachePolicy: "media-playback-cache",
      headersPolicy: "media-playback-headers",
      keyGroup: "media-playback-keys",
      /** Followed by the first 16 digits of the key's fingerprint. */
      publicKey: "media-playback-key",
    }),
    /** CloudWatch Logs' deliveries of CloudFront's access logs. */
    logDeliveries: named(60, { playback: "media-playback-logs" }),
    dashboards: named(255, { pipeline: "MediaProcessing" }),
    /** Roles that GitHub's workflows assume. */
    deploymentRoles: named(64, { plan: "media-pipeline-plan", deploy: "media-pipeline-deploy" }),
    managedPolicies: named(128, { boundary: "media-pipeline-boundary" }),
  };
}

/** The log group that Lambda writes a function's logs to. */
export function logGroupName(functionName: string): string {
  return `/aws/lambda/${functionName}`;
}
