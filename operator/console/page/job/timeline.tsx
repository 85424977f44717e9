import { printableJson } from "../../../printable";
import type { StoryEvent } from "../../protocol";
import { useConsole } from "../console-context";
import { Printed } from "../printed";
import { Preformatted } from "../scrollable";

export function Timeline({ events }: { readonly events: readonly StoryEvent[] }) {
  const { text, format } = useConsole();
  if (events.length === 0) return null;
  const dayOf = (event: StoryEvent | undefined) => event && format.day(Date.parse(event.at));
  return (
    <section>
      <h2>{text.job.story}</h2>
      <ol class="timeline">
        {events.map((event, index) => (
          // An event has no id, and events keep their order.
          <li key={index}>
            {dayOf(event) !== dayOf(events[index - 1]) && <p class="day">{dayOf(event)}</p>}
            <Line event={event} />
          </li>
        ))}
      </ol>
    </section>
  );
}

function Line({ event }: { readonly event: StoryEvent }) {
  const { text, format } = useConsole();
  const { at, source, fact } = event;
  const isBad =
    (fact.kind === "logged" && ["WARN", "ERROR", "CRITICAL"].includes(fact.level)) ||
    fact.kind === "given up" ||
    fact.kind === "unconfirmed" ||
    ("status" in fact && fact.status === "ERROR");
  return (
    <div class="event">
      <span class={`mark ${isBad ? "bad" : fact.kind === "logged" ? "minor" : ""}`} />
      <time dateTime={at} title={at}>
        {format.clock(Date.parse(at))}
      </time>
      <p class="text">
        {fact.kind === "logged" && <span class="tag">{fact.level}</span>}{" "}
        <Printed>{text.story.event(event)}</Printed>
      </p>
      <span class="source">{text.story.sources[source]}</span>
      {fact.kind === "logged" && Object.keys(fact.facts).length > 0 && (
        <details class="facts-of-line">
          <summary>{text.job.details}</summary>
          <Preformatted>{printableJson(fact.facts)}</Preformatted>
        </details>
      )}
    </div>
  );
}
