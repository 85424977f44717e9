import type { StoryEvent } from "../../protocol";
import { useConsole } from "../console-context";

export function Timeline({ events }: { readonly events: readonly StoryEvent[] }) {
  const { text, format } = useConsole();
  return (
    <section>
      <h2>{text.job.story}</h2>
      <ol class="timeline">
        {events.map(({ at, source, text: sentence }, index) => (
          // An event has no id, and events keep their order.
          <li key={index}>
            <time dateTime={at}>{format.moment(Date.parse(at))}</time>
            <span class="source">{source}</span>
            <bdi class="text">{sentence}</bdi>
          </li>
        ))}
      </ol>
    </section>
  );
}
