import type { EventBus } from "aws-stand-ins/eventbridge/event-bus";
import { Gateway } from "aws-stand-ins/gateway";
import { AccessControl } from "aws-stand-ins/iam/access-control";
import { RequestGuard } from "aws-stand-ins/iam/request-guard";
import type { LocalMediaConvert } from "aws-stand-ins/mediaconvert/service";
import type { NotificationInbox } from "aws-stand-ins/messaging/notification-inbox";
import type { ObjectStore, StoredObject } from "aws-stand-ins/s3/object-store";
import { startEventBus } from "./assembly/events";
import { type Functions, startFunctions } from "./assembly/functions";
import { startMessaging } from "./assembly/messaging";
import { startStorage } from "./assembly/storage";
import type { Surroundings } from "./assembly/surroundings";
import { startTables } from "./assembly/tables";
import { startTranscoding, type TranscodingOptions } from "./assembly/transcoding";
import { takeDataDirectory } from "./data-directory";
import { accessRulesOf } from "./deployment/access-rules";
import { bucketNotificationsOf, concerns } from "./deployment/bucket-notifications";
import type { Faults } from "./faults";
import { LOCAL_ACCOUNT_ID, SynthesizedStack } from "./terraform/synthesized-stack";

export interface LocalPipelineOptions extends TranscodingOptions {
  /** Where `cdk.tf.json` and its assets lie. */
  readonly stackDirectory: string;
  /** Where everything that the pipeline holds is kept; made if it isn't there. */
  readonly dataDirectory: string;
  /** Port of the one endpoint, on loopback; 0 for any free one. @default 0 */
  readonly port?: number;
  /** What goes wrong on purpose. @default nothing */
  readonly faults?: Faults;
}

/** What a function or a delivery failed on. */
export interface PipelineFailure {
  /** Name of the function, or of the rule that didn't reach its target. */
  readonly source: string;
  readonly message: string;
}

interface Parts {
  readonly surroundings: Surroundings;
  readonly functions: Functions;
  readonly bus: EventBus;
  readonly objects: ObjectStore;
  readonly mediaConvert: LocalMediaConvert;
  readonly notifications: NotificationInbox;
}

/** The pipeline on this machine, built from the synthesized stack and from nothing else. */
export class LocalPipeline {
  readonly failures: PipelineFailure[] = [];
  readonly endpointUrl: string;
  readonly stack: SynthesizedStack;
  readonly access: AccessControl;
  readonly objects: ObjectStore;
  readonly notifications: NotificationInbox;

  private constructor(
    private readonly parts: Parts,
    private readonly giveBackData: () => void,
  ) {
    this.endpointUrl = parts.surroundings.endpointUrl;
    this.stack = parts.surroundings.stack;
    this.access = parts.surroundings.access;
    this.objects = parts.objects;
    this.notifications = parts.notifications;
    this.noteFailures();
    for (const { mapping } of parts.functions.sources) mapping.start();
  }

  /**
   * @throws {StackError} if the stack can't be run; {@link GatewayError} if the port can't be had;
   *   {@link DataDirectoryError} if the folder for the data can't
   */
  static async start(options: LocalPipelineOptions): Promise<LocalPipeline> {
    const giveBack = takeDataDirectory(options.dataDirectory);
    process.once("exit", giveBack);
    const gateway = new Gateway();
    try {
      const endpointUrl = await gateway.listen(options.port ?? 0);
      return new LocalPipeline(await LocalPipeline.assemble(options, gateway, endpointUrl), giveBack);
    } catch (error) {
      giveBack();
      throw error;
    }
  }

  private static async assemble(
    options: LocalPipelineOptions,
    gateway: Gateway,
    endpointUrl: string,
  ): Promise<Parts> {
    const { stackDirectory, dataDirectory, faults } = options;
    const stack = SynthesizedStack.load(stackDirectory, endpointUrl);
    const rules = accessRulesOf(stack);
    const access = new AccessControl(rules);
    const surroundings = { stack, gateway, endpointUrl, access, dataDirectory, faults };

    await startTables(surroundings);
    const messaging = await startMessaging(surroundings);
    const functions = startFunctions(surroundings, messaging, rules.keys);
    const bus = startEventBus(surroundings, functions);
    const objects = startStorage(surroundings, functions);
    const mediaConvert = startTranscoding(surroundings, objects, bus, functions, options);
    gateway.guardWith(
      new RequestGuard({
        access,
        accountId: LOCAL_ACCOUNT_ID,
        sessions: new Map(
          functions.definitions.map(({ name, roleArn, credentials }) => [
            credentials.accessKeyId,
            { roleArn, name },
          ]),
        ),
        hasObject: async (bucket, key) => (await objects.head(bucket, key)) !== undefined,
      }),
    );
    const { notifications } = messaging;
    return { surroundings, functions, bus, objects, mediaConvert, notifications };
  }

  get rawBucket(): string {
    return this.stack.output("RawVideosBucketName");
  }

  get jobTable(): string {
    return this.stack.output("JobStatusTableName");
  }

  /** The endings of keys of which the raw bucket tells a function when they are uploaded. */
  get sourceSuffixes(): string[] {
    return bucketNotificationsOf(this.stack)
      .filter(({ bucket }) => bucket === this.rawBucket)
      .map(({ suffix }) => suffix);
  }

  /** Whether an upload under this key starts anything. */
  startsJob(key: string): boolean {
    return bucketNotificationsOf(this.stack).some((entry) =>
      concerns(entry, this.rawBucket, key, "ObjectCreated:Put"),
    );
  }

  /** Puts a file into the raw bucket, as an uploader would. */
  upload(key: string, file: string): Promise<StoredObject> {
    return this.objects.put(this.rawBucket, key, { copyFrom: file });
  }

  /** Whether nothing is under way: no event, no message, no invocation or its retry, no transcoding. */
  async isIdle(): Promise<boolean> {
    const { functions, bus, mediaConvert } = this.parts;
    const depths = await Promise.all(functions.sources.map(({ queue }) => queue.depth()));
    return (
      depths.every((depth) => depth === 0) &&
      functions.host.pendingInvocations === 0 &&
      bus.pendingDeliveries === 0 &&
      mediaConvert.activeJobs === 0
    );
  }

  /** Ends everything that the pipeline started. What it holds stays on disk. */
  async stop(): Promise<void> {
    const { functions, mediaConvert, surroundings } = this.parts;
    functions.scheduler.stop();
    await mediaConvert.close();
    await Promise.all(functions.sources.map(({ mapping }) => mapping.stop()));
    await functions.host.stop();
    await surroundings.gateway.stop();
    this.giveBackData();
  }

  private noteFailures(): void {
    const { functions, bus } = this.parts;
    const note = (source: string, message: string) => this.failures.push({ source, message });
    functions.host.on("failure", ({ functionName, error, willRetry }) => {
      if (!willRetry) note(functionName, `${error.errorType}: ${error.errorMessage}`);
    });
    bus.on("error", ({ ruleName, message }) => note(ruleName, message));
    for (const { mapping } of functions.sources) {
      mapping.on("failure", ({ functionName, error }) =>
        note(functionName, `${error.errorType}: ${error.errorMessage}`),
      );
      mapping.on("error", ({ message }) => note("event source mapping", message));
    }
  }
}
