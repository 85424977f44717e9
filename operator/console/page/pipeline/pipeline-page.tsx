import { useEffect, useState } from "preact/hooks";
import type { Architecture, ArchitectureNode, PipelineState } from "../../protocol";
import { useConsole } from "../console-context";
import { useLive } from "../live";
import { ask } from "../server";
import { DeadLetterSection } from "./dead-letter-section";
import { FaultSection } from "./fault-section";
import { Picture } from "./picture";

export function PipelinePage() {
  const { text } = useConsole();
  const { value: state, failure } = useLive<PipelineState>("pipeline");
  const [architecture, setArchitecture] = useState<Architecture>();
  const [problem, setProblem] = useState<string>();
  useEffect(() => {
    ask<Architecture>("GET", "architecture").then(setArchitecture, (error: Error) =>
      setProblem(error.message),
    );
  }, []);
  // All of it at once, so that nothing moves when the counts arrive.
  const isLoading =
    (architecture === undefined && problem === undefined) || (state === undefined && failure === undefined);
  return (
    <article class="pipeline">
      <h1>{text.pipeline.heading}</h1>
      {[problem, failure].map(
        (sentence) =>
          sentence !== undefined && (
            <p key={sentence} role="alert" class="notice bad">
              {sentence}
            </p>
          ),
      )}
      {isLoading ? <p class="empty">{text.loading}</p> : <Live architecture={architecture} state={state} />}
    </article>
  );
}

function Live({
  architecture,
  state,
}: {
  readonly architecture: Architecture | undefined;
  readonly state: PipelineState | undefined;
}) {
  const { text } = useConsole();
  const summaryOf = useSummary(state, architecture);
  const counted = architecture?.nodes.filter((node) => summaryOf(node).summary !== "") ?? [];
  return (
    <>
      {architecture && (
        <>
          <Picture
            architecture={architecture}
            describe={(id) => {
              const node = architecture.nodes.find((one) => one.id === id);
              return node === undefined ? { summary: "", isBad: false } : summaryOf(node);
            }}
          />
          <table class="counts">
            <thead>
              <tr>
                <th scope="col">{text.pipeline.resource}</th>
                <th scope="col">{text.pipeline.counts}</th>
              </tr>
            </thead>
            <tbody>
              {counted.map((node) => {
                const { summary, isBad } = summaryOf(node);
                return (
                  <tr key={node.id}>
                    <th scope="row">{node.name}</th>
                    <td class={isBad ? "bad" : ""}>{summary}</td>
                  </tr>
                );
              })}
            </tbody>
          </table>
        </>
      )}
      <DeadLetterSection state={state} />
      {state?.faults && <FaultSection faults={state.faults} />}
    </>
  );
}

/** What is live about a node, in a few words. */
function useSummary(state: PipelineState | undefined, architecture: Architecture | undefined) {
  const { text, jobs } = useConsole();
  return ({ kind, name, id }: ArchitectureNode): { summary: string; isBad: boolean } => {
    if (kind === "transcoder") {
      const running = (jobs ?? []).filter(({ status }) => status === "PROCESSING").length;
      return { summary: text.pipeline.jobs(running), isBad: false };
    }
    if (kind === "table")
      return { summary: text.jobs.shown(jobs?.length ?? 0, jobs?.length ?? 0), isBad: false };
    const errors = state?.errors[name];
    if (errors !== undefined) return { summary: text.pipeline.errors(errors), isBad: errors > 0 };
    const queue = state?.queues[name];
    if (queue === undefined) return { summary: "", isBad: false };
    if (queue.waiting === null) return { summary: text.pipeline.uncounted, isBad: false };
    // Nothing consumes dead letters: looking at them hides them for a moment.
    const isDead = architecture?.edges.some((edge) => edge.to === id && edge.isForDeadLetters) ?? false;
    if (isDead) {
      const dead = queue.waiting + (queue.inFlight ?? 0);
      return { summary: text.pipeline.waiting(dead), isBad: dead > 0 };
    }
    const counts = [
      text.pipeline.waiting(queue.waiting),
      queue.inFlight ? text.pipeline.inFlight(queue.inFlight) : "",
      queue.delayed ? text.pipeline.delayed(queue.delayed) : "",
    ];
    return { summary: counts.filter(Boolean).join(", "), isBad: false };
  };
}
