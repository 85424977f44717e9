import { readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { jobRequest } from "../lambdas/transcoding/job-request";
import { shapeNamed } from "./fixtures/service-model";
import { anyAudioTracks, anySource, orderOf } from "./lambdas/transcoding/sources";

const SITE = {
  role: "arn:aws:iam::111122223333:role/media-convert",
  queue: "arn:aws:mediaconvert:eu-west-3:111122223333:queues/media",
  processedBucket: "processed",
  thumbnailsBucket: "thumbnails",
};

type Settings = Record<string, unknown>;

const isStructure = (value: unknown): value is Settings =>
  typeof value === "object" && value !== null && !Array.isArray(value);

/** Each structure of a job, with the name of its shape in the service's model. */
function* structuresOf(value: unknown, shapeName: string): Generator<[shapeName: string, value: Settings]> {
  const shape = shapeNamed(shapeName);
  if (Array.isArray(value)) {
    for (const item of value) yield* structuresOf(item, shape?.member ?? "");
  } else if (isStructure(value) && shape?.type === "map") {
    for (const item of Object.values(value)) yield* structuresOf(item, shape.value ?? "");
  } else if (isStructure(value)) {
    yield [shapeName, value];
    for (const [name, member] of Object.entries(value))
      yield* structuresOf(member, shape?.members?.[name] ?? "");
  }
}

/** "H264Settings.Bitrate" and so on: members that no job sets, of the structures that some job has. */
function unsetMembers(): string[] {
  const set = new Map<string, Set<string>>();
  const sources = fc.sample(fc.tuple(anySource, anyAudioTracks), { numRuns: 300, seed: 1 });
  const requests = sources.flatMap(([source, tracks]) =>
    (["hls", "cmaf"] as const).map((packaging) => {
      const options = { packaging, keepsSurround: true, progressiveManifest: true, loudnessTargetLkfs: -24 };
      const order = orderOf({ ...source, tracks }, undefined, undefined, false, options);
      return jobRequest({ ...order, clipEndSeconds: 60 }, SITE);
    }),
  );
  for (const request of requests) {
    for (const [shapeName, structure] of structuresOf(request, "CreateJobRequest")) {
      const members = set.get(shapeName) ?? new Set();
      set.set(shapeName, members);
      for (const [name, value] of Object.entries(structure)) if (value !== undefined) members.add(name);
    }
  }
  return [...set].flatMap(([shapeName, members]) =>
    Object.keys(shapeNamed(shapeName)?.members ?? {})
      .filter((name) => !members.has(name))
      .map((name) => `${shapeName}.${name}`),
  );
}

/** A row names a shape, then members of it: "| `H264Settings` | `Bitrate`, `Slices` | reason |". */
function documentedMembers(): string[] {
  const text = readFileSync(join(__dirname, "../docs/job-settings.md"), "utf8");
  return [...text.matchAll(/^\| `(\w+)` \| ((?:`\w+`(?:, )?)+) \| .+ \|$/gm)].flatMap(
    ([, shapeName, members = ""]) =>
      members.split(", ").map((member) => `${shapeName}.${member.slice(1, -1)}`),
  );
}

test("every member that jobs leave to MediaConvert's default has its reason in docs/job-settings.md", () => {
  expect(documentedMembers().toSorted()).toEqual(unsetMembers().toSorted());
});
