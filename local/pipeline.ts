import { Distribution } from "aws-stand-ins/cloudfront/distribution";
import { EventFaults } from "aws-stand-ins/faults/event-faults";
import { RequestFaults } from "aws-stand-ins/faults/request-faults";
import { Gateway } from "aws-stand-ins/gateway";
import { AccessControl } from "aws-stand-ins/iam/access-control";
import { RequestGuard } from "aws-stand-ins/iam/request-guard";
import type { LocalMediaConvert } from "aws-stand-ins/mediaconvert/service";
import type { NotificationInbox } from "aws-stand-ins/messaging/notification-inbox";
import type { StoredObject } from "aws-stand-ins/s3/model";
import type { ObjectStore } from "aws-stand-ins/s3/object-store";
import { StsApi } from "aws-stand-ins/sts/sts-api";
import type { Backlog } from "./backlog";
import { lockDataDirectory } from "./data-directory";
import type { Faults } from "./faults";
import { accessRulesOf, operatorsOf, type User, userArn } from "./services/access-rules";
import { serveAccount } from "./services/account";
import { type Buckets, notifies, startBuckets } from "./services/buckets";
import { checkStack } from "./services/check-stack";
import { DISTRIBUTION, startDelivery } from "./services/delivery";
import { EventRules } from "./services/event-rules";
import { FaultSwitches } from "./services/fault-switches";
import { Functions } from "./services/functions";
import { servePipeline } from "./services/pipeline-service";
import { type QueuesAndTopics, startQueuesAndTopics } from "./services/queues-and-topics";
import { clientOptions, type StackContext } from "./services/stack-context";
import { startTables } from "./services/tables";
import { startTranscoding, type TranscodingOptions } from "./services/transcoding";
import { LOCAL_ACCOUNT_ID } from "./terraform/local-account";
import { SynthesizedStack } from "./terraform/synthesized-stack";

export interface LocalPipelineOptions extends TranscodingOptions {
  /** The directory of `cdk.tf.json` and its assets. */
  readonly stackDirectory: string;
  /** Holds all data of the pipeline; created if it doesn't exist. */
  readonly dataDirectory: string;
  /** Port of the one endpoint, on loopback, and of the distribution one above; 0 for any free ports. @default 0 */
  readonly port?: number;
  /** @default none */
  readonly faults?: Partial<Faults>;
  /** The private key of one of the stack's playback keys. @default none */
  readonly playbackKeyFile?: string;
  /** Users of the account. @default an operator for each policy that the stack offers */
  readonly users?: readonly User[];
  /** Called with each failure as it happens. */
  onFailure?(failure: PipelineFailure): void;
}

export interface PipelineFailure {
  /** The function or service that failed, or the rule whose event didn't reach its target. */
  readonly source: string;
  readonly message: string;
}

interface Services {
  readonly messaging: QueuesAndTopics;
  readonly functions: Functions;
  readonly events: EventRules;
  readonly buckets: Buckets;
  readonly mediaConvert: LocalMediaConvert;
  readonly faults: FaultSwitches;
  /** Undefined if the stack has none. */
  readonly distribution?: Distribution;
}

/** The pipeline on this machine, built from the synthesized stack and nothing else. */
export class LocalPipeline {
  private stopping: Promise<Backlog> | undefined;

  private constructor(
    private readonly context: StackContext,
    private readonly services: Services,
    /** Every failure since the start. */
    readonly failures: readonly PipelineFailure[],
    /** What an earlier run with this data directory left, and this one continues. */
    readonly resumed: Backlog,
    /** Where each job has a page; tools of the pipeline read it. */
    readonly pages: { origin?: string },
    private readonly releaseDataDirectory: () => Promise<void>,
  ) {}

  /**
   * @throws {StackError} if the local pipeline can't run the stack; {@link PortError} if the port isn't
   *   available; {@link DataDirectoryError} if the data directory isn't
   */
  static async start(options: LocalPipelineOptions): Promise<LocalPipeline> {
    const { stackDirectory, dataDirectory, port = 0, faults } = options;
    checkStack(stackDirectory);
    const releaseDataDirectory = await lockDataDirectory(dataDirectory);
    try {
      const gateway = new Gateway(LOCAL_ACCOUNT_ID);
      const stack = SynthesizedStack.load(stackDirectory, await gateway.listen(port));
      const distribution = stack.has(DISTRIBUTION) ? new Distribution() : undefined;
      if (distribution !== undefined) {
        stack.distributionHost = await distribution.listen(port === 0 ? 0 : port + 1);
      }
      const users = options.users ?? operatorsOf(stack);
      const access = new AccessControl(accessRulesOf(stack, users));
      const failures: PipelineFailure[] = [];
      const reportFailure = (source: string, message: string) => {
        failures.push({ source, message });
        options.onFailure?.({ source, message });
      };
      const eventFaults = new EventFaults(faults);
      const context = { stack, gateway, access, dataDirectory, eventFaults, reportFailure };
      const services = { ...(await startServices(context, users, options)), distribution };
      if (distribution !== undefined) startDelivery(context, services.buckets.objects, distribution);
      const pages = {};
      servePipeline(context, {
        ...{ playbackKeyFile: options.playbackKeyFile, pages, faults: services.faults },
        notifications: () => services.messaging.notifications.read(),
        commandsOf: (id) => services.mediaConvert.commandsOf(id),
      });
      const resumed = await resume(services);
      return new LocalPipeline(context, services, failures, resumed, pages, releaseDataDirectory);
    } catch (error) {
      await releaseDataDirectory();
      throw error;
    }
  }

  get stack(): SynthesizedStack {
    return this.context.stack;
  }

  get endpointUrl(): string {
    return this.stack.endpointUrl;
  }

  /** Options for SDK clients of the pipeline. */
  get clientOptions() {
    return clientOptions(this.stack);
  }

  get access(): AccessControl {
    return this.context.access;
  }

  get objects(): ObjectStore {
    return this.services.buckets.objects;
  }

  get notifications(): NotificationInbox {
    return this.services.messaging.notifications;
  }

  get faults(): FaultSwitches {
    return this.services.faults;
  }

  get rawBucket(): string {
    return this.stack.output("RawVideosBucketName");
  }

  get jobTable(): string {
    return this.stack.output("JobStatusTableName");
  }

  /** The distribution's; undefined if the stack has none. */
  get playbackOrigin(): string | undefined {
    return this.services.distribution && `http://${this.stack.distributionHost}`;
  }

  /** The suffixes of the keys whose upload to the raw bucket starts a job. */
  get sourceSuffixes(): string[] {
    const { buckets, functions } = this.services;
    const notified = buckets.notifications.filter(({ bucket }) => bucket === this.rawBucket);
    return notified.flatMap(
      ({ functionArn }) => functions.environmentOf(functionArn).SOURCE_SUFFIXES?.split(",") ?? [],
    );
  }

  /** Whether an upload with this key starts a job. */
  startsJob(key: string): boolean {
    return (
      this.sourceSuffixes.some((suffix) => key.endsWith(suffix)) &&
      this.services.buckets.notifications.some((entry) =>
        notifies(entry, this.rawBucket, key, "ObjectCreated:Put"),
      )
    );
  }

  /** Puts a file into the raw bucket, as an uploader would. */
  upload(key: string, file: string): Promise<StoredObject> {
    return this.objects.put(this.rawBucket, key, { file });
  }

  /**
   * Deploys the functions' code of another synthesis of the stack, and nothing else of it.
   *
   * @returns the names of the functions whose code differs
   * @throws {StackError} if the directory holds no stack
   */
  updateCode(stackDirectory: string): string[] {
    return this.services.functions.updateCode(SynthesizedStack.load(stackDirectory, this.endpointUrl));
  }

  /** Whether no event, message, invocation, retry or transcoding job is pending. */
  async isIdle(): Promise<boolean> {
    const { events } = this.services;
    const { eventFaults } = this.context;
    const backlog = await backlogOf(this.services);
    return (
      Object.values(backlog).every((count) => count === 0) && events.isIdle() && eventFaults.pending === 0
    );
  }

  /** How much of a MediaConvert job is done, in percent. It makes no call, which a fault could refuse. */
  percentComplete(mediaConvertJobId: string): number {
    return this.services.mediaConvert.percentComplete(mediaConvertJobId);
  }

  /**
   * Stops every service. The data stays on disk.
   *
   * @returns what the next start with this data directory continues
   */
  stop(): Promise<Backlog> {
    this.stopping ??= this.stopServices();
    return this.stopping;
  }

  private async stopServices(): Promise<Backlog> {
    const { functions, events, mediaConvert, distribution } = this.services;
    await distribution?.stop();
    events.stop();
    // Before the functions, which the events of its jobs would invoke.
    await mediaConvert.stop();
    await this.context.eventFaults.stop();
    await functions.stop();
    const left = await backlogOf(this.services);
    await this.context.gateway.stop();
    await this.releaseDataDirectory();
    return left;
  }
}

async function backlogOf({ functions, mediaConvert }: Services): Promise<Backlog> {
  const messages = await functions.pendingMessages();
  return { events: functions.pendingInvocations, messages, jobs: mediaConvert.activeJobs };
}

/** Continues what an earlier run left. */
async function resume(services: Services): Promise<Backlog> {
  const messages = await services.functions.pendingMessages();
  services.functions.startInvoking();
  services.mediaConvert.resume();
  const { pendingInvocations } = services.functions;
  return { events: pendingInvocations, messages, jobs: services.mediaConvert.activeJobs };
}

async function startServices(
  context: StackContext,
  users: readonly User[],
  { faults = {}, ...options }: LocalPipelineOptions,
): Promise<Services> {
  const { gateway, access } = context;
  await startTables(context);
  const messaging = await startQueuesAndTopics(context);
  const functions = Functions.start(context, messaging);
  const events = EventRules.start(context, functions);
  const buckets = startBuckets(context, functions);
  serveAccount(context);
  const mediaConvert = startTranscoding(context, buckets.objects, events, {
    ...options,
    errorJobs: faults.errorJobs,
  });
  const sessions = new Map([
    ...functions.sessions(),
    ...users.map(({ name }) => [name, { roleArn: userArn(name), name }] as const),
  ]);
  const arnOf = (accessKeyId: string) => {
    const session = sessions.get(accessKeyId);
    return session === undefined ? access.administratorArn : access.arnOf(session);
  };
  gateway.serve(new StsApi(LOCAL_ACCOUNT_ID, arnOf));
  gateway.intercept(
    new RequestGuard({
      access,
      sessions,
      hasObject: async (bucket, key) => (await buckets.objects.head(bucket, key)) !== undefined,
    }),
  );
  const requests = new RequestFaults(faults, (accessKeyId) => {
    const caller = functions.sessions().get(accessKeyId);
    if (caller !== undefined) functions.host.crash(caller.name);
  });
  gateway.intercept(requests);
  const switches = new FaultSwitches({ events: context.eventFaults, requests, mediaConvert }, faults);
  return { messaging, functions, events, buckets, mediaConvert, faults: switches };
}
