import type { AwsProvider } from "@cdktf/provider-aws/lib/provider";
import { Aspects, type IAspect, TerraformStack } from "cdktf";
import { Construct, type IConstruct } from "constructs";
import { AwsEnvironment } from "./aws-environment";
import type { PipelineConfig } from "./config";
import { BoundRoles, permissionsBoundaryArn } from "./deployment/permissions-boundary";
import { EncryptionKey } from "./encryption-key";
import { JobQueue } from "./job-queue";
import { JobSweeper } from "./job-sweeper";
import { JobTable } from "./job-table";
import { MediaProcessor } from "./media-processor";
import { MediaStorage } from "./media-storage";
import { Monitoring } from "./monitoring";
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
  readonly queues: JobQueue;
  readonly topics: NotificationTopics;
  readonly transcoder: Transcoder;
  readonly processor: MediaProcessor;
  readonly statusUpdater: StatusUpdater;
  readonly sweeper: JobSweeper;
  readonly monitoring: Monitoring;

  constructor(scope: Construct, id: string, { config, transcodeProvider }: MediaPipelineProps) {
    super(scope, id);
    this.requireOnlyOne();
    const aws = new AwsEnvironment(this, "aws", config.region);
    const names = new Names(config.environmentSuffix, aws.accountId);
    const key = new EncryptionKey(this, "key", { aws, names });
    const base = { aws, names, key };

    this.key = key;
    this.storage = new MediaStorage(this, "storage", { ...base, ...config });
    this.table = new JobTable(this, "jobs", { ...base, deletionProtection: !config.forceDestroy });
    this.queues = new JobQueue(this, "queues", {
      ...base,
      consumerTimeoutSeconds: MediaProcessor.TIMEOUT_SECONDS,
    });
    this.topics = new NotificationTopics(this, "topics", { ...base, ...config });
    this.transcoder = new Transcoder(this, "transcoder", {
      ...base,
      storage: this.storage,
      region: config.mediaConvertRegion,
      provider: transcodeProvider,
    });

    const { retryLane, deadLetters, statusDeadLetters } = this.queues;
    const forFunctions = {
      ...base,
      runtime: config.lambdaRuntime,
      table: this.table,
      topics: this.topics,
      transcoder: this.transcoder,
    };
    this.processor = new MediaProcessor(this, "processor", {
      ...forFunctions,
      ...config,
      storage: this.storage,
      retryLane,
      deadLetters,
    });
    this.statusUpdater = new StatusUpdater(this, "status-updater", {
      ...forFunctions,
      deadLetters: statusDeadLetters,
    });
    this.sweeper = new JobSweeper(this, "sweeper", {
      ...forFunctions,
      retryLane,
      deadLetters: statusDeadLetters,
    });
    this.monitoring = new Monitoring(this, "monitoring", {
      ...base,
      processor: this.processor.lambda,
      statusUpdater: this.statusUpdater.lambda,
      sweeper: this.sweeper.lambda,
      statusRuleName: this.statusUpdater.ruleName,
      queues: this.queues,
      topics: this.topics,
      transcoder: this.transcoder,
    });

    if (config.deployRepository !== undefined) {
      Aspects.of(this).add(new BoundRoles(permissionsBoundaryArn(aws, config.environmentSuffix)));
    }
    Aspects.of(this).add(
      new CommonTags({ Environment: config.environmentSuffix, Project: "MediaProcessingPipeline" }),
    );
  }

  /** The stateful resources have fixed addresses, which a second pipeline would take over in silence. */
  private requireOnlyOne(): void {
    const others = TerraformStack.of(this)
      .node.findAll()
      .filter((node) => node instanceof MediaPipeline && node !== this);
    if (others.length > 0) {
      throw new Error(
        `${this.node.path} and ${others[0]?.node.path} are in one stack. Give each MediaPipeline a stack of its own.`,
      );
    }
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
