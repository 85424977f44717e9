import { useEffect, useState } from "preact/hooks";
import type { Job, LocalTraces } from "../../protocol";
import { useConsole } from "../console-context";
import { ask } from "../server";

/** What the local pipeline keeps of a job; undefined on AWS, and until the server has answered. */
export function useLocalTraces({ jobId, status, notifiedAt }: Job): LocalTraces | undefined {
  const { info, announce } = useConsole();
  const [traces, setTraces] = useState<LocalTraces>();
  // A job that starts has a command, and one that ends a notification.
  useEffect(() => {
    if (!info.isLocal) return;
    ask<LocalTraces>("GET", `jobs/${jobId}/local-traces`).then(setTraces, (error: Error) =>
      announce(error.message),
    );
  }, [jobId, status, notifiedAt]);
  return traces;
}
