import type { JobNotification, Notice } from "../../../lambdas/jobs/job-notification";
import type { Notifier } from "../../../lambdas/jobs/outcome-announcement";

export const SNS_FAILURE = new Error("SNS is out of order");

/** Keeps what it is told to publish; fails as often as `failures` says before that. */
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
