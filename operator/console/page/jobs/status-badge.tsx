import type { JobLine } from "../../protocol";
import { useConsole } from "../console-context";

/** The status, and how far a job is. */
export function StatusBadge({
  job,
}: {
  readonly job: Pick<JobLine, "status" | "progressPercent" | "phase">;
}) {
  const { text } = useConsole();
  const { status, progressPercent = 0, phase = "" } = job;
  return (
    <span class={`status ${status.toLowerCase()}`}>
      <span class="name">{text.statuses[status]}</span>
      {status === "PROCESSING" && (
        <>
          <span class="percent">{progressPercent} %</span>
          <progress value={progressPercent} max={100} aria-label={text.statuses.PROCESSING} />
          <span class="phase">{text.phases[phase] ?? phase.toLowerCase()}</span>
        </>
      )}
    </span>
  );
}
