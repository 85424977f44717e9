import type { JobNotification, Notice, Notifier } from "../../../lambdas/jobs/job-notification";

export const SNS_FAILURE = new Error("SNS is out of order");

/** Records what it publishes, after failing `failures` times. */
export class RecordingNotifier implements Notifier {
  readonly published: JobNotification[] = [];
  failures = 0;

  async publish({ body }: Notice): Promise<void> {
    if (this.failures > 0) {
      this.failures -= 1;
      throw SNS_FAILURE;
    }
    this.published.push(body);
  }
}
