import { printableJson } from "../../../printable";
import type { Job, SentNotification } from "../../protocol";
import { useConsole } from "../console-context";
import { Printed } from "../printed";
import { Preformatted } from "../scrollable";

/** What subscribers received. Only the local pipeline keeps it. */
export function Notifications({
  job,
  sent,
}: {
  readonly job: Job;
  /** Undefined on AWS. */
  readonly sent: readonly SentNotification[] | undefined;
}) {
  const { text, format } = useConsole();
  const { notifications } = text;
  const publishedAt = job.notifiedAt === undefined ? undefined : format.moment(job.notifiedAt * 1000);
  return (
    <section>
      <h2>{notifications.heading}</h2>
      {sent === undefined || sent.length === 0 ? (
        <p>
          {publishedAt === undefined
            ? notifications.none
            : sent === undefined
              ? notifications.notKept(publishedAt)
              : notifications.ofEarlierRun(publishedAt)}
        </p>
      ) : (
        <ul class="notifications">
          {sent.map((notification) => (
            <li key={notification.messageId}>
              <Sent notification={notification} />
            </li>
          ))}
        </ul>
      )}
    </section>
  );
}

function Sent({ notification }: { readonly notification: SentNotification }) {
  const { text, format } = useConsole();
  const { messageId, sentAt, topic, subject, message, attributes } = notification;
  const facts = Object.entries({ [text.notifications.topic]: topic.split(":").at(-1), ...attributes });
  return (
    <details>
      <summary>
        <time dateTime={sentAt}>{format.moment(Date.parse(sentAt))}</time> <Printed>{subject}</Printed>
      </summary>
      <p>
        {facts.map(([name, value]) => `${name}: ${value}`).join(", ")}, {text.notifications.id}:{" "}
        <code>{messageId}</code>
      </p>
      <Preformatted>{printableJson(message)}</Preformatted>
    </details>
  );
}
