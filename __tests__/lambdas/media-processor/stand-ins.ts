import type { Job } from "../../../lambdas/jobs/job";
import type { RetryLane } from "../../../lambdas/jobs/retry-lane";
import type { ByteRange, SourceStore, StoredSource } from "../../../lambdas/media-processor/source-store";
import type { TrackLabels } from "../../../lambdas/media-processor/track-labels";
import { priceIn } from "../../../lambdas/transcoding/cost-estimate";
import { ladderUpTo } from "../../../lambdas/transcoding/ladder";
import type { TrackLabel } from "../../../lambdas/transcoding/source-tracks";
import type { TranscodeOrder, Transcoder } from "../../../lambdas/transcoding/transcoder";
import { source } from "../transcoding/sources";

export const LIMITS = {
  ladder: ladderUpTo(1080),
  maxInputMinutes: 360,
  maxJobCostUsd: 50,
  price: priceIn("us-east-1"),
};

/** Accepts everything, unless a test replaces one of its steps. Every order costs. */
export class ObedientTranscoder implements Transcoder {
  readonly probed: string[] = [];
  readonly searched: string[] = [];
  readonly orders: TranscodeOrder[] = [];
  onProbe = async () => source();
  onFind = async (_jobId: string): Promise<string | undefined> => undefined;
  onSubmit = async (_order: TranscodeOrder) => "1-abc";

  async probe(sourceUrl: string) {
    this.probed.push(sourceUrl);
    return this.onProbe();
  }

  async find({ jobId }: Pick<TranscodeOrder, "jobId">) {
    this.searched.push(jobId);
    return this.onFind(jobId);
  }

  async submit(order: TranscodeOrder) {
    this.orders.push(order);
    return this.onSubmit(order);
  }
}

/** Records what is postponed. */
export class RecordingRetryLane implements RetryLane {
  readonly postponed: (Job & { sentTicket: number })[] = [];
  readonly records: unknown[] = [];

  async postpone(job: Job, sentTicket: number) {
    this.postponed.push({ ...job, sentTicket });
  }

  async postponeRecord(record: unknown) {
    this.records.push(record);
  }
}

/** Has every object in the same version; undefined for none. Files next to videos are by key. */
export class OneVersionStore implements SourceStore {
  stored: StoredSource | undefined = { versionId: "v1", sizeBytes: 1000 };

  readonly files = new Map<string, Uint8Array>();
  /** What was read with the newest version. */
  readonly ranges: (ByteRange | undefined)[] = [];

  async newest(_bucket: string, key: string, range?: ByteRange) {
    this.ranges.push(range);
    return this.stored && { ...this.stored, bytes: this.files.get(key)?.subarray(range?.start, range?.end) };
  }

  async list(_bucket: string, prefix: string) {
    const found = [...this.files].filter(([key]) => key.startsWith(prefix));
    return found.map(([key, { length }]) => ({ key, sizeBytes: length }));
  }

  async read(_bucket: string, key: string) {
    return this.files.get(key);
  }
}

/** Headers that say nothing, unless a test says otherwise. */
export class RecordingTrackLabels implements TrackLabels {
  readonly requested: string[] = [];
  found: TrackLabel[] | undefined;

  async read(bucket: string, key: string) {
    this.requested.push(`${bucket}/${key}`);
    return this.found;
  }
}
