import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { SNSClient } from "@aws-sdk/client-sns";
import { SQSClient } from "@aws-sdk/client-sqs";
import dynalite from "dynalite";
import { accessRulesOf } from "./deployment/access-rules";
import { bucketNotificationsOf, concerns, notificationEvent } from "./deployment/bucket-notifications";
import { bucketsOf } from "./deployment/buckets";
import { busArn, eventRulesOf } from "./deployment/event-rules";
import { eventSourceMappingsOf } from "./deployment/event-source-mappings";
import { functionsOf } from "./deployment/functions";
import { createQueuesAndTopics, queueUrlsOf } from "./deployment/queues-and-topics";
import { schedulesOf } from "./deployment/schedules";
import { createTables } from "./deployment/tables";
import { transcodingQueuesOf } from "./deployment/transcoding-queues";
import { EventBus, type EventDeliveryError } from "./eventbridge/event-bus";
import { Scheduler } from "./eventbridge/scheduler";
import type { FfmpegTools } from "./ffmpeg";
import { Gateway } from "./gateway";
import { AccessControl } from "./iam/access-control";
import { lambdaDuties, requireLambdaDuties } from "./iam/lambda-duties";
import { RequestGuard } from "./iam/request-guard";
import { RoleStorage } from "./iam/role-storage";
import { EventSourceMapping } from "./lambda/event-source-mapping";
import { type FunctionFailure, FunctionHost } from "./lambda/function-host";
import { LambdaApi } from "./lambda/lambda-api";
import { LogStore } from "./logs/log-store";
import { LogsApi } from "./logs/logs-api";
import { MediaFiles } from "./media-files";
import { LocalMediaConvert } from "./mediaconvert/service";
import { NotificationInbox } from "./messaging/notification-inbox";
import { SqsPolledQueue } from "./messaging/polled-queue";
import { QueueSender } from "./messaging/queue-sender";
import { S3Api } from "./s3/api";
import { ObjectStore, type StoredObject } from "./s3/object-store";
import { LOCAL_ACCOUNT_ID, SynthesizedStack } from "./terraform/synthesized-stack";

export interface LocalPipelineOptions {
  /** Where `cdk.tf.json` and its assets lie. */
  readonly stackDirectory: string;
  /** Where everything that the pipeline holds is kept; made if it isn't there. */
  readonly dataDirectory: string;
  readonly tools: FfmpegTools;
  /** Port of the one endpoint, on loopback; 0 for any free one. @default 0 */
  readonly port?: number;
}

/** What a function or a delivery failed on. */
export interface PipelineFailure {
  /** Name of the function, or of the rule that didn't reach its target. */
  readonly source: string;
  readonly message: string;
}

/** The pipeline on this machine, built from the synthesized stack and from nothing else. */
export class LocalPipeline {
  readonly failures: PipelineFailure[] = [];

  private constructor(
    readonly endpointUrl: string,
    readonly stack: SynthesizedStack,
    readonly access: AccessControl,
    readonly objects: ObjectStore,
    readonly notifications: NotificationInbox,
    private readonly gateway: Gateway,
    private readonly functions: FunctionHost,
    private readonly mediaConvert: LocalMediaConvert,
    private readonly bus: EventBus,
    private readonly sources: readonly {
      readonly mapping: EventSourceMapping;
      readonly queue: SqsPolledQueue;
    }[],
    private readonly scheduler: Scheduler,
    private readonly closeTables: () => Promise<void>,
  ) {}

  /** @throws {StackError} if the stack can't be run; {@link GatewayError} if the port can't be had */
  static async start(options: LocalPipelineOptions): Promise<LocalPipeline> {
    mkdirSync(options.dataDirectory, { recursive: true });
    const gateway = new Gateway();
    const endpointUrl = await gateway.listen(options.port ?? 0);
    try {
      return await LocalPipeline.build(options, gateway, endpointUrl);
    } catch (error) {
      await gateway.close();
      throw error;
    }
  }

  private static async build(
    { stackDirectory, dataDirectory, tools }: LocalPipelineOptions,
    gateway: Gateway,
    endpointUrl: string,
  ): Promise<LocalPipeline> {
    const stack = SynthesizedStack.load(stackDirectory, endpointUrl);
    const definitions = functionsOf(stack);
    const rules = accessRulesOf(stack);
    const access = new AccessControl(rules);
    const mappings = eventSourceMappingsOf(stack);
    for (const definition of definitions) {
      const polled = mappings.filter(({ functionName }) => functionName === definition.name);
      const queueArns = polled.map(({ queueArn }) => queueArn);
      requireLambdaDuties(definition, lambdaDuties(definition, queueArns, rules.keys), access);
    }
    const homeRegion = stack.homeRegion;
    const client = {
      endpoint: endpointUrl,
      region: homeRegion,
      credentials: { accessKeyId: "local", secretAccessKey: "local" },
    };

    const tables = dynalite({ path: join(dataDirectory, "dynamodb"), createTableMs: 0 });
    gateway.serve("dynamodb", (request, response) => void tables.emit("request", request, response));
    await createTables(stack, new DynamoDBClient(client));

    // ES modules only, which CommonJS can import but not require.
    const { buildApp } = await import("fauxqs");
    const messaging = buildApp({ logger: false, defaultRegion: homeRegion });
    await messaging.ready();
    for (const service of ["sqs", "sns", "sts"]) {
      gateway.serve(service, (request, response) => messaging.routing(request, response));
    }
    const sqs = new SQSClient(client);
    const sns = new SNSClient(client);
    await createQueuesAndTopics(stack, sqs, sns);
    const notifications = await NotificationInbox.subscribe(stack, sqs, sns);

    const queues = new QueueSender(sqs, queueUrlsOf(stack));
    const logDirectory = join(dataDirectory, "logs");
    const functions = new FunctionHost(definitions, {
      endpointUrl,
      logDirectory,
      // AWS waits one minute, then two; nobody wants to here.
      retryDelaysSeconds: [1, 2],
      sendToDeadLetter: (arn, body, attributes) => queues.send(arn, body, { ...attributes }),
    });
    const lambda = new LambdaApi(functions);
    gateway.serve("lambda", (request, response) => lambda.handle(request, response));
    const logs = new LogsApi(
      new LogStore(
        logDirectory,
        definitions.map(({ logGroup }) => logGroup),
      ),
    );
    gateway.serve("logs", (request, response) => logs.handle(request, response));
    const functionName = (arn: string) => arn.split(":")[6] ?? arn;
    const bus: EventBus = new EventBus(
      eventRulesOf(
        stack,
        {
          invokeFunction: (arn, event) => void functions.invokeAsync(functionName(arn), event),
          putOnBus: async (arn, event) => void (await bus.put(arn, event)),
        },
        access,
      ),
    );

    const queueUrls = queueUrlsOf(stack);
    const sources = mappings.map((definition) => {
      const queue = new SqsPolledQueue(sqs, queueUrls.get(definition.queueArn) ?? "");
      return { queue, mapping: new EventSourceMapping(definition, queue, functions) };
    });
    const scheduler = new Scheduler(schedulesOf(stack), (arn, event) => {
      functions.invokeAsync(functionName(arn), event);
    });

    const objects = new ObjectStore(join(dataDirectory, "s3"), bucketsOf(stack));
    const s3 = new S3Api(objects, { region: homeRegion });
    gateway.serve("s3", (request, response) => s3.handle(request, response));
    const bucketNotifications = bucketNotificationsOf(stack);
    objects.onObjectCreated((event) => {
      for (const entry of bucketNotifications) {
        if (concerns(entry, event.object.bucket, event.object.key, event.name)) {
          functions.invokeAsync(functionName(entry.functionArn), notificationEvent(entry, event));
        }
      }
    });

    const transcodingQueues = transcodingQueuesOf(stack);
    const mediaConvert = new LocalMediaConvert({
      accountId: LOCAL_ACCOUNT_ID,
      region: transcodingQueues.region,
      queues: transcodingQueues.queues,
      storage: new RoleStorage({
        files: new MediaFiles(objects),
        access,
        queueArns: transcodingQueues.queues.map(({ arn }) => arn),
      }),
      publish: async (event) => void (await bus.put(busArn(transcodingQueues.region), event)),
      tools,
      workDirectory: join(dataDirectory, "transcoding"),
    });
    gateway.serve("mediaconvert", (request, response) => mediaConvert.handle(request, response));

    gateway.guardWith(
      new RequestGuard({
        access,
        accountId: LOCAL_ACCOUNT_ID,
        sessions: new Map(
          definitions.map(({ name, roleArn, credentials }) => [credentials.accessKeyId, { roleArn, name }]),
        ),
        hasObject: async (bucket, key) => (await objects.head(bucket, key)) !== undefined,
      }),
    );

    const pipeline = new LocalPipeline(
      endpointUrl,
      stack,
      access,
      objects,
      notifications,
      gateway,
      functions,
      mediaConvert,
      bus,
      sources,
      scheduler,
      async () => {
        await messaging.close();
        await new Promise<void>((resolve) => tables.close(() => resolve()));
      },
    );
    functions.on("failure", (failure) => pipeline.noteFunctionFailure(failure));
    bus.on("error", (error) => pipeline.noteDeliveryFailure(error));
    for (const { mapping } of sources) {
      mapping.on("failure", ({ functionName: source, error }) =>
        pipeline.failures.push({ source, message: `${error.errorType}: ${error.errorMessage}` }),
      );
      mapping.on("error", ({ message }) =>
        pipeline.failures.push({ source: "event source mapping", message }),
      );
      mapping.start();
    }
    return pipeline;
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
    const depths = await Promise.all(this.sources.map(({ queue }) => queue.depth()));
    return (
      depths.every((depth) => depth === 0) &&
      this.functions.pendingInvocations === 0 &&
      this.bus.pendingDeliveries === 0 &&
      this.mediaConvert.activeJobs === 0
    );
  }

  /** Ends everything that the pipeline started. What it holds stays on disk. */
  async stop(): Promise<void> {
    this.scheduler.stop();
    await this.mediaConvert.close();
    await Promise.all(this.sources.map(({ mapping }) => mapping.stop()));
    await this.functions.stop();
    await this.gateway.close();
    await this.closeTables();
  }

  private noteFunctionFailure({ functionName, error, willRetry }: FunctionFailure): void {
    if (!willRetry)
      this.failures.push({ source: functionName, message: `${error.errorType}: ${error.errorMessage}` });
  }

  private noteDeliveryFailure(error: EventDeliveryError): void {
    this.failures.push({ source: error.ruleName, message: error.message });
  }
}
