import type { CreateJobRequest, Output, OutputGroup } from "../settings";

/** What is wrong with a request whose shape is right: none, or one sentence per fault, "/path: complaint". */
export type Rule = (request: CreateJobRequest) => Iterable<string>;

export interface OutputPlace {
  readonly group: OutputGroup;
  readonly output: Output;
  /** As in the service's messages: /outputGroups/0/outputs/1 */
  readonly path: string;
}

/** A rule about each output on its own. */
export function perOutput(check: (place: OutputPlace, request: CreateJobRequest) => Iterable<string>): Rule {
  return function* (request) {
    for (const place of outputsOf(request)) yield* check(place, request);
  };
}

export function outputsOf(request: CreateJobRequest): OutputPlace[] {
  return request.settings.outputGroups.flatMap((group, g) =>
    group.outputs.map((output, o) => ({ group, output, path: `/outputGroups/${g}/outputs/${o}` })),
  );
}
