import type { Notification } from "aws-stand-ins/messaging/notification-inbox";
import { printable } from "../../operator/printable";
import { pageUrl } from "../player/player-pages";
import type { MediaFiles } from "../services/media-files";
import { devCommand } from "./arguments";
import type { JobError, WatchedJob } from "./job-watcher";

/** null for an output that the job doesn't have. */
interface ReportedOutputs {
  readonly hlsManifest: string | null;
  readonly dashManifest: string | null;
  readonly thumbnails: readonly string[];
}

/** The outcome of one video: an element of `jobs` in the output of `--json`. */
export interface JobReport {
  /** null without a job row. */
  readonly jobId: string | null;
  /** The row's status; null without a job row. */
  readonly status: string | null;
  readonly input: { readonly bucket: string; readonly key: string };
  /** `s3://` URLs. */
  readonly outputs: ReportedOutputs;
  /** The same outputs as files on this machine. */
  readonly files: ReportedOutputs;
  readonly notifications: readonly Notification[];
  readonly error: Readonly<JobError> | null;
  /** Every attribute of the job row. */
  readonly row: Readonly<Record<string, unknown>> | null;
}

export async function reportOn(
  { upload, row, stuck }: WatchedJob,
  media: MediaFiles,
  notifications: readonly Notification[],
): Promise<JobReport> {
  const { hlsManifest = null, dashManifest = null } = row?.outputs ?? {};
  const fileOf = async (url: string | null) => (url === null ? null : ((await media.read(url)) ?? null));
  const thumbnails =
    row?.outputs?.thumbnailPrefix === undefined ? [] : await media.list(row.outputs.thumbnailPrefix);
  return {
    jobId: row?.jobId ?? null,
    status: row?.status ?? null,
    input: { bucket: upload.bucket, key: upload.key },
    outputs: {
      hlsManifest,
      dashManifest,
      thumbnails: thumbnails.map(({ bucket, key }) => `s3://${bucket}/${key}`),
    },
    files: {
      hlsManifest: await fileOf(hlsManifest),
      dashManifest: await fileOf(dashManifest),
      thumbnails: thumbnails.map(({ path }) => path),
    },
    notifications: notifications.filter(({ message }) => row !== undefined && jobIdOf(message) === row.jobId),
    error: stuck === undefined ? (row?.error ?? null) : { code: "STUCK", message: stuck },
    row: row ?? null,
  };
}

/** Attributes of the row that the report shows in lines of their own. */
const SHOWN = ["status", "error"];

/** Formats a report as text, one line per fact. */
export function describe(report: JobReport): string {
  const { input, status, error, files, notifications, row } = report;
  const lines = [`${input.key}: ${status ?? "no job"}`];
  if (error !== null) lines.push(`  error       ${error.code}: ${error.message}`);
  if (error?.advice !== undefined) lines.push(`  advice      ${error.advice}`);
  if (files.hlsManifest !== null) lines.push(`  manifest    ${files.hlsManifest}`);
  if (files.dashManifest !== null) lines.push(`  DASH        ${files.dashManifest}`);
  for (const thumbnail of files.thumbnails) lines.push(`  thumbnail   ${thumbnail}`);
  for (const { topic, subject } of notifications)
    lines.push(`  notified    ${topic.split(":").at(-1)}: ${subject}`);
  for (const [attribute, value] of Object.entries(row ?? {})) {
    if (SHOWN.includes(attribute)) continue;
    lines.push(
      `  ${attribute.padEnd(18)}${typeof value === "object" ? JSON.stringify(value) : String(value)}`,
    );
  }
  return lines.map(printable).join("\n");
}

/** How to watch the jobs that can be played; empty if none can. */
export function howToWatch(reports: readonly JobReport[], dataDirectory: string): string {
  const playable = reports.filter(({ status, row }) => status === "COMPLETE" && row?.playback !== undefined);
  if (playable.length === 0) return "";
  const { command, pagesOrigin } = devCommand(dataDirectory);
  const links = playable.map(({ input, jobId }) =>
    printable(`  ${pageUrl(pagesOrigin, String(jobId))}  ${input.key}`),
  );
  return [`\nTo watch, start \`${command}\` and open:`, ...links].join("\n");
}

function jobIdOf(message: unknown): unknown {
  return typeof message === "object" && message !== null ? (message as { jobId?: unknown }).jobId : undefined;
}
