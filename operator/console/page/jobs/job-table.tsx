import { printable } from "../../../printable";
import type { JobLine } from "../../protocol";
import { useConsole } from "../console-context";
import { useNow } from "../live";
import { Printed } from "../printed";
import { hashOf } from "../route";
import { apiUrl } from "../server";
import { describeSource, lengthOf } from "./source-facts";
import { StatusBadge } from "./status-badge";

export function JobTable({ jobs }: { readonly jobs: readonly JobLine[] }) {
  const { text } = useConsole();
  const now = useNow();
  const { columns } = text.jobs;
  return (
    <table class="jobs">
      <caption class="unseen">{text.jobs.heading}</caption>
      <thead>
        <tr>
          <th scope="col" class="thumbnail">
            <span class="unseen">{columns.thumbnail}</span>
          </th>
          <th scope="col" class="video">
            {columns.video}
          </th>
          <th scope="col" class="state">
            {columns.status}
          </th>
          <th scope="col" class="source">
            {columns.source}
          </th>
          <th scope="col" class="ladder">
            {columns.ladder}
          </th>
          <th scope="col" class="length">
            {columns.duration}
          </th>
          <th scope="col" class="cost">
            {columns.cost}
          </th>
          <th scope="col" class="age">
            {columns.age}
          </th>
        </tr>
      </thead>
      <tbody>
        {jobs.map((job) => (
          <Line key={job.jobId} job={job} now={now} />
        ))}
      </tbody>
    </table>
  );
}

function Line({ job, now }: { readonly job: JobLine; readonly now: number }) {
  const { text, format } = useConsole();
  const { jobId, inputFile, error, run, ladder, estimatedCostUsd, createdAt } = job;
  const length = lengthOf(job);
  return (
    <tr>
      <td class="thumbnail">
        {job.hasPoster ? (
          <img src={apiUrl(`jobs/${jobId}/poster`)} alt="" width="64" height="36" loading="lazy" />
        ) : (
          <span class="no-picture" />
        )}
      </td>
      <th scope="row" class="video">
        <div>
          <a href={hashOf({ name: "story", idOrKey: jobId })} title={printable(inputFile)} data-job>
            <Printed>{inputFile}</Printed>
          </a>
          {run !== undefined && <span class="tag">{text.jobs.run(run)}</span>}
        </div>
      </th>
      <td class="state">
        <StatusBadge job={job} />
        {error && <span class="reason">{error.code}</span>}
      </td>
      <td class="source">{describeSource(job.source)}</td>
      <td class="ladder">{ladder.join(" ")}</td>
      <td class="length">{length === undefined ? "" : format.duration(length)}</td>
      <td class="cost">{estimatedCostUsd === undefined ? "" : format.cents(estimatedCostUsd)}</td>
      <td class="age">
        <time dateTime={new Date(createdAt * 1000).toISOString()} title={format.moment(createdAt * 1000)}>
          {format.age(now - createdAt)}
        </time>
      </td>
    </tr>
  );
}
