import * as z from "zod";
import type { Fault, SentNotification } from "./local-run-model";
import { OperatorError } from "./operator-error";

/** What the local pipeline says about itself (docs/local.md). */
const description = z.object({
  region: z.string(),
  jobTable: z.string(),
  rawBucket: z.string(),
  stackDirectory: z.string(),
  pagesOrigin: z.string().optional(),
  playback: z
    .object({
      origin: z.string(),
      publicKeys: z.array(z.object({ id: z.string(), pem: z.string() })),
      privateKeyFile: z.string().optional(),
    })
    .optional(),
});

const notifications: z.ZodType<SentNotification[]> = z.array(
  z.object({
    messageId: z.string(),
    sentAt: z.string(),
    topic: z.string(),
    subject: z.string().default(""),
    message: z.unknown(),
    attributes: z.record(z.string(), z.string()),
  }),
);
const commands = z.array(z.array(z.string()));
const faults = z.array(
  z.object({ name: z.string(), value: z.number(), off: z.number(), maximum: z.number().nullable() }),
);
const refusal = z.object({ message: z.string() });

/** The endpoint finds the service by the scope of the signature, which it doesn't verify. */
const AUTHORIZATION = "AWS4-HMAC-SHA256 Credential=local/20260101/local/media-pipeline/aws4_request";

/** A local pipeline that is running: what it knows of itself, and AWS keeps nowhere. */
export class LocalRun {
  /** @param endpoint of the pipeline */
  constructor(private readonly endpoint: string) {}

  describe(): Promise<z.infer<typeof description>> {
    return this.ask(description, "/");
  }

  /** Of a job, since the pipeline started. */
  notificationsOf(jobId: string): Promise<readonly SentNotification[]> {
    return this.ask(notifications, `/notifications/${jobId}`);
  }

  /** Each ffmpeg of a MediaConvert job with its arguments; none in instant mode. */
  commandsOf(mediaConvertJobId: string): Promise<readonly (readonly string[])[]> {
    return this.ask(commands, `/commands/${mediaConvertJobId}`);
  }

  faults(): Promise<readonly Fault[]> {
    return this.ask(faults, "/faults");
  }

  /**
   * Replaces all faults, in the pipeline as it runs.
   *
   * @param list such as `throttleFirst=3,seed=7`; empty to switch them off
   * @throws {OperatorError} for a list that isn't valid
   */
  switchFaults(list: string): Promise<readonly Fault[]> {
    return this.ask(faults, "/faults", { method: "PUT", body: list });
  }

  private async ask<T>(answer: z.ZodType<T>, path: string, init: RequestInit = {}): Promise<T> {
    const response = await fetch(new URL(path, this.endpoint), {
      ...init,
      headers: { authorization: AUTHORIZATION },
    }).catch(() => undefined);
    const body: unknown = await response?.json().catch(() => undefined);
    const refused = response?.ok === false && refusal.safeParse(body).data;
    if (refused) throw new OperatorError(refused.message);
    const parsed = answer.safeParse(body);
    if (parsed.success) return parsed.data;
    throw new OperatorError(`No local pipeline answers at ${this.endpoint}. Start it with npm run dev.`);
  }
}
