import { dirname } from "node:path";
import type { Notification } from "aws-stand-ins/messaging/notification-inbox";
import { errorPage } from "../../operator/error-page";
import { printable } from "../../operator/printable";
import { textTable, usd } from "../../operator/text-table";
import { pageUrl } from "../player/player-pages";
import type { MediaFiles } from "../services/media-files";
import { devCommand } from "./arguments";
import type { JobError, JobRow, WatchedJob } from "./job-watcher";

/** null for an output that the job doesn't have. */
interface ReportedOutputs {
  readonly hlsManifest: string | null;
  readonly dashManifest: string | null;
  /** WebVTT. */
  readonly storyboard: string | null;
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
  /** From the upload to the end of the job; null if it never ended. */
  readonly seconds: number | null;
  /** Every attribute of the job row. */
  readonly row: Readonly<JobRow> | null;
}

export async function reportOn(
  { upload, row, stuck, seconds }: WatchedJob,
  media: MediaFiles,
  notifications: readonly Notification[],
): Promise<JobReport> {
  const { hlsManifest = null, dashManifest = null, storyboard = null } = row?.outputs ?? {};
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
      storyboard,
      thumbnails: thumbnails.map(({ bucket, key }) => `s3://${bucket}/${key}`),
    },
    files: {
      hlsManifest: await fileOf(hlsManifest),
      dashManifest: await fileOf(dashManifest),
      storyboard: await fileOf(storyboard),
      thumbnails: thumbnails.map(({ path }) => path),
    },
    notifications: notifications.filter(({ message }) => row !== undefined && jobIdOf(message) === row.jobId),
    error: stuck === undefined ? (row?.error ?? null) : { code: "STUCK", message: stuck },
    seconds: seconds ?? null,
    row: row ?? null,
  };
}

/** Attributes of the row that the summary shows in lines of their own. */
const SHOWN = ["status", "error"];

/** What became of one video, for people. @param verbose adds every attribute of the row. @default false */
export function describe(report: JobReport, verbose = false): string {
  const { input, status, error, files, notifications, row } = report;
  const facts: (readonly [name: string, value: string | null | undefined])[] = [
    ["error", error && `${error.code}: ${error.message}`],
    ["advice", error?.advice],
    ["details", error && error.code !== "STUCK" ? errorPage(error.code) : null],
    ...Object.entries(row?.warnings ?? {}).map(([code, text]) => ["warning", `${code}: ${text}`] as const),
    ["manifest", files.hlsManifest],
    ["DASH", files.dashManifest],
    ["storyboard", files.storyboard],
    ["thumbnails", thumbnailsOf(files.thumbnails)],
    ...notifications.map(
      ({ topic, subject }) => ["notified", `${topic.split(":").at(-1)}: ${subject}`] as const,
    ),
    ...(verbose ? attributesOf(row ?? {}) : []),
  ];
  const given = facts.flatMap(([name, value]) => (value ? [[name, value]] : []));
  return [
    printable([`${input.key}: ${status ?? "no job"}`, ...effortOf(report)].join(", ")),
    ...indented(ladderOf(row)),
    ...indented(given),
  ].join("\n");
}

/** How long it took, how fast that is, and what it would cost on AWS. */
function effortOf({ seconds, row, status }: JobReport): string[] {
  if (seconds === null) return [];
  const { source, estimatedCostUsd } = row ?? {};
  const speed = (source?.durationSeconds ?? 0) / seconds;
  return [
    `${seconds.toFixed(1)} s`,
    ...(status === "COMPLETE" && speed > 0 ? [`${speed.toFixed(1)} × real time`] : []),
    ...(estimatedCostUsd === undefined ? [] : [`about ${usd(estimatedCostUsd)} on AWS`]),
  ];
}

function ladderOf(row: JobReport["row"]): string[][] {
  const { renditions = [] } = row ?? {};
  if (renditions.length === 0) return [];
  const byHeight = renditions.toSorted((a, b) => (b.heightPx ?? 0) - (a.heightPx ?? 0));
  return [
    ["RENDITION", "SIZE", "BITRATE"],
    ...byHeight.map(({ name = "", widthPx = 0, heightPx = 0, averageBitrateBps: bps }) => [
      ...[name, `${widthPx} × ${heightPx}`],
      bps === undefined ? "unknown" : `${(bps / 1e6).toFixed(2)} Mb/s`,
    ]),
  ];
}

function thumbnailsOf([first, ...others]: readonly string[]): string | null {
  if (first === undefined) return null;
  return others.length === 0 ? first : `${others.length + 1} in ${dirname(first)}`;
}

const attributesOf = (row: Readonly<Record<string, unknown>>) =>
  Object.entries(row)
    .filter(([attribute]) => !SHOWN.includes(attribute))
    .map(
      ([attribute, value]) =>
        [attribute, typeof value === "object" ? JSON.stringify(value) : String(value)] as const,
    );

function indented(rows: readonly (readonly string[])[]): string[] {
  return rows.length === 0
    ? []
    : textTable(rows)
        .split("\n")
        .map((line) => `  ${line}`);
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
