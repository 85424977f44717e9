import type { Readable } from "node:stream";
import { awsDeployment } from "../../../operator/aws-deployment";
import type { JobsEvent, PipelineState } from "../../../operator/console/protocol";
import { startConsole } from "../../../operator/console/start-console";

/**
 * Reads what every view of an environment's console shows, as its page does.
 *
 * @throws Error for an answer that isn't complete
 */
export async function readEveryView(suffix: string): Promise<void> {
  const { url, close } = await startConsole({ deployment: awsDeployment(suffix), readOnly: true });
  const { headers } = await fetch(url);
  const cookie = String(headers.get("set-cookie")).split(";")[0] ?? "";
  const ask = async (path: string) => {
    const response = await fetch(new URL(`api/${path}`, new URL(new URL(url).pathname, url)), {
      headers: { cookie },
    });
    if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
    return response;
  };
  try {
    const { jobs } = await newest<JobsEvent>(await ask("jobs"));
    const film = jobs.find(({ hasPoster }) => hasPoster);
    if (film === undefined) throw new Error("No job has a poster.");
    const { queues } = await newest<PipelineState>(await ask("pipeline"));
    for (const [name, { waiting }] of Object.entries(queues))
      if (waiting === null) throw new Error(`${name} isn't counted.`);
    for (const path of ["stories/film.mp4", "dead-letters", `jobs/${film.jobId}/settings`])
      await (await ask(path)).json();
    await (await ask(`jobs/${film.jobId}/poster`)).arrayBuffer();
  } finally {
    await close();
  }
}

/** The first value of a stream. */
async function newest<T>({ body }: Response): Promise<T> {
  let text = "";
  for await (const chunk of body as unknown as Readable) {
    text += Buffer.from(chunk).toString("utf8");
    const [, kind, data] = /^(event: failure\n)?data: (.*)$/m.exec(text) ?? [];
    if (kind !== undefined) throw new Error(String(data));
    if (data !== undefined && text.endsWith("\n\n")) return JSON.parse(data);
  }
  throw new Error(`The stream ended: ${text}`);
}
