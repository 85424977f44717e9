import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Aspects, type IAspect } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { AwsEnvironment } from "./aws-environment";
import type { PipelineConfig } from "./config";
import { EncryptionKey } from "./encryption-key";
import { JobQueue } from "./job-queue";
import { JobTable } from "./job-table";
import { MediaProcessor } from "./media-processor";
import { MediaStorage } from "./media-storage";
import { Names } from "./naming";
import { NotificationTopics } from "./notification-topics";
import { StatusUpdater } from "./status-updater";
import { Transcoder } from "./transcoder";

export interface MediaPipelineProps {
  readonly config: PipelineConfig;
  /** A provider of `config.mediaConvertRegion`; needed if that isn't `config.region`. */
  readonly transcodeProvider?: AwsProvider;
}

/** The whole pipeline, from the bucket that takes uploads to the topic that says they are ready. One per stack. */
export class MediaPipeline extends Construct {
  readonly key: EncryptionKey;
  readonly storage: MediaStorage;
  readonly table: JobTable;
  readonly queue: JobQueue;
  readonly topics: NotificationTopics;
  readonly transcoder: Transcoder;
  readonly processor: MediaProcessor;
  readonly statusUpdater: StatusUpdater;

  constructor(scope: Construct, id: string, { config, transcodeProvider }: MediaPipelineProps) {
    super(scope, id);
    const aws = new AwsEnvironment(this, "aws", config.region);
    const names = new Names(config.environmentSuffix, aws.accountId);

    this.key = new EncryptionKey(this, "key", { aws, names });
    this.storage = new MediaStorage(this, "storage", {
      names,
      key: this.key,
      corsAllowedOrigins: config.corsAllowedOrigins,
      forceDestroy: config.forceDestroy,
    });
    this.table = new JobTable(this, "jobs", { names, key: this.key });
    this.queue = new JobQueue(this, "queue", {
      names,
      key: this.key,
      consumerTimeoutSeconds: MediaProcessor.TIMEOUT_SECONDS,
    });
    this.topics = new NotificationTopics(this, "topics", { names, key: this.key });
    this.transcoder = new Transcoder(this, "transcoder", {
      aws,
      names,
      key: this.key,
      storage: this.storage,
      region: config.mediaConvertRegion,
      provider: transcodeProvider,
    });

    const shared = {
      aws,
      names,
      key: this.key,
      runtime: config.lambdaRuntime,
      table: this.table,
      topics: this.topics,
      transcoder: this.transcoder,
      deadLetterArn: this.queue.deadLetterArn,
    };
    this.processor = new MediaProcessor(this, "processor", {
      ...shared,
      storage: this.storage,
      sourceSuffixes: config.sourceSuffixes,
      reservedConcurrency: config.reservedConcurrency,
    });
    this.statusUpdater = new StatusUpdater(this, "status-updater", shared);

    Aspects.of(this).add(
      new CommonTags({ Environment: config.environmentSuffix, Project: "MediaProcessingPipeline" }),
    );
  }
}

interface Taggable {
  tags: Record<string, string>;
  readonly tagsInput?: Record<string, string>;
}

/** Adds tags to every resource that names itself in a tag of its own. */
class CommonTags implements IAspect {
  constructor(private readonly tags: Record<string, string>) {}

  visit(node: IConstruct): void {
    const taggable = node as IConstruct & Partial<Taggable>;
    if (taggable.tagsInput !== undefined) taggable.tags = { ...taggable.tagsInput, ...this.tags };
  }
}
