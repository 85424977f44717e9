import { readFileSync } from "node:fs";
import { join } from "node:path";
import { effectOf } from "../lambdas/jobs/event-effect";
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

  it("include every metric of an alarm in their namespace", () => {
    const alarmed = stack
      .all("aws_cloudwatch_metric_alarm")
      .filter(({ namespace }) => namespace === LAMBDA_VARIABLES.POWERTOOLS_METRICS_NAMESPACE)
      .map(({ metric_name }) => metric_name);
    expect(alarmed.length).toBeGreaterThan(0);
    expect(documented).toEqual(expect.arrayContaining(alarmed));
  });
});

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
  observability.countPostponement();
  observability.countFailedMessage();
  observability.countOverBudget();
  observability.countStrayJob();
  observability.measureWait(1);
  observability.countSweepFailures(1);
  for (const status of ["COMPLETE", "ERROR", "CANCELED"] as const)
    observability.countEnd(sampleJob({ status }));
  observability.publishMetrics();
  const { _aws: emf } = JSON.parse(String(log.mock.lastCall?.[0]));
  log.mockRestore();
  return emf.CloudWatchMetrics[0].Metrics.map(({ Name }: { Name: string }) => Name);
}
