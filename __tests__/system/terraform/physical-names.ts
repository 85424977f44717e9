/** moto's only account. */
export const ACCOUNT = "123456789012";
export const HOME_REGION = "eu-south-2";
export const TRANSCODE_REGION = "eu-west-3";
export const SUFFIX = "tier";

// Spelled out instead of read from the stack: operators and other systems rely on these names.
export const RAW = `raw-videos-${SUFFIX}-${ACCOUNT}`;
export const PROCESSED = `processed-videos-${SUFFIX}-${ACCOUNT}`;
export const THUMBNAILS = `thumbnails-${SUFFIX}-${ACCOUNT}`;
export const LOGS = `media-pipeline-logs-${SUFFIX}-${ACCOUNT}`;

export const RETRY_LANE = `media-processing-queue-${SUFFIX}`;
export const DEAD_LETTERS = `media-processing-dlq-${SUFFIX}`;
export const STATUS_DEAD_LETTERS = `media-status-dlq-${SUFFIX}`;

export const COMPLETION = `media-job-completion-${SUFFIX}`;
export const FAILURE = `media-job-failure-${SUFFIX}`;
export const ALARMS = `media-alarms-${SUFFIX}`;

export const PROCESSOR = `media-processor-${SUFFIX}`;
export const STATUS_UPDATER = `status-updater-${SUFFIX}`;
export const SWEEPER = `job-sweeper-${SUFFIX}`;

export const TABLE = `media-jobs-${SUFFIX}`;
export const TRANSCODING_QUEUE = `media-pipeline-${SUFFIX}`;

export function arn(service: string, resource: string, region = HOME_REGION): string {
  return `arn:aws:${service}:${region}:${ACCOUNT}:${resource}`;
}
