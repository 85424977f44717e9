import { readFileSync } from "node:fs";
import { join } from "node:path";
import { effectOf } from "../lambdas/jobs/event-effect";
import type { PostponementCause } from "../lambdas/observability";
import { synthesize } from "./constructs/synthesized";
import { LAMBDA_VARIABLES } from "./lambdas/function-context";
import { eventOf } from "./lambdas/jobs/media-convert-events";
import { sampleJob } from "./lambdas/jobs/sample-job";

// constructs/ and lambdas/ don't import each other, so these names stand in both.
const stack = synthesize({});

test.each<string>(statusesOfTheRule())(
  "an event with status %s, which the rule matches, changes a row",
  (status) => {
    const event = eventOf("j", { status, warningCode: 1, errorCode: 1010 });
    const { warnings, progress, end } = effectOf(event, { time: 0, hlsManifest: "s3://p/j/main.m3u8" });
    expect(progress ?? end ?? Object.keys(warnings)[0]).toBeDefined();
  },
);

describe("the functions' metrics", () => {
  const documented = readFileSync(join(__dirname, "..", "docs", "metrics.md"), "utf8").match(
    /(?<=^\| `)\w+(?=` \|)/gm,
  );

  it("are those that the documentation lists", () => {
    expect(publishedMetrics().toSorted()).toEqual(documented?.toSorted());
  });

  const alarms = stack
    .all("aws_cloudwatch_metric_alarm")
    .filter(({ namespace }) => namespace === LAMBDA_VARIABLES.POWERTOOLS_METRICS_NAMESPACE);

  it("include every metric of an alarm in their namespace", () => {
    expect(alarms.length).toBeGreaterThan(0);
    expect(documented).toEqual(expect.arrayContaining(alarms.map(({ metric_name }) => metric_name)));
  });

  it("have the causes of postponement that alarms watch", () => {
    const watched = alarms.flatMap(({ dimensions }) => dimensions.cause ?? []);
    expect(watched.length).toBeGreaterThan(0);
    expect(Object.keys(CAUSES)).toEqual(expect.arrayContaining(watched));
  });
});

const CAUSES: Readonly<Record<PostponementCause, true>> = {
  MediaConvert: true,
  Budget: true,
  RunningAttempt: true,
  Failure: true,
  Sweep: true,
};

function statusesOfTheRule(): string[] {
  const patterns = stack.all("aws_cloudwatch_event_rule").flatMap(({ event_pattern }) => event_pattern ?? []);
  return patterns.flatMap((pattern: string) => JSON.parse(pattern).detail?.status ?? []);
}

type Observability = typeof import("../lambdas/observability");

function publishedMetrics(): string[] {
  Object.assign(process.env, LAMBDA_VARIABLES);
  const log = jest.spyOn(console, "log").mockReturnValue();
  const observability = jest.requireActual<Observability>("../lambdas/observability");
  observability.countSubmission({ estimatedCostUsd: 1 });
  observability.countPostponement("MediaConvert");
  observability.countFailedMessage();
  observability.countIgnoredUpload();
  observability.countStrayJob();
  observability.measureWait(1);
  observability.countSweepFailures(1);
  for (const status of ["COMPLETE", "ERROR", "CANCELED"] as const)
    observability.countEnd(sampleJob({ status }));
  observability.publishMetrics();
  const written = log.mock.calls.map(([line]) => JSON.parse(String(line))._aws.CloudWatchMetrics[0].Metrics);
  log.mockRestore();
  return written.flat().map(({ Name }: { Name: string }) => Name);
}
