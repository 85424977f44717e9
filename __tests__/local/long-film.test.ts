import { mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { checkCreateJobRequest } from "aws-stand-ins/mediaconvert/create-job/check-request";
import { planEncoding } from "aws-stand-ins/mediaconvert/encoding-plan";
import { INSTANT_SOURCE, writeInstantOutputs } from "aws-stand-ins/mediaconvert/instant-outputs";
import { collectOutputs } from "aws-stand-ins/mediaconvert/output-files";
import { describeSource } from "aws-stand-ins/mediaconvert/source";
import { type Json, wireNames } from "aws-stand-ins/testing/wire-names";
import { imagePlaylistOf, storyboardOf } from "../../lambdas/jobs/storyboard";
import { jobRequest } from "../../lambdas/transcoding/job-request";
import { orderOf, source } from "../lambdas/transcoding/sources";

const HOURS = 3;
const SITE = {
  role: "arn:aws:iam::111122223333:role/mediaconvert",
  queue: "arn:aws:mediaconvert:eu-west-3:111122223333:queues/videos",
  processedBucket: "processed",
  thumbnailsBucket: "thumbnails",
};

/** What the local MediaConvert writes for a film in instant mode: texts by name, and the names of the sheets. */
async function outputsOfFilm(packaging: "hls" | "cmaf") {
  const durationSeconds = HOURS * 3600;
  const request = jobRequest({ ...orderOf(source({ durationSeconds })), packaging }, SITE);
  const duration = String(durationSeconds);
  const film = {
    streams: INSTANT_SOURCE.streams.map((stream) => ({ ...stream, duration })),
    format: { ...INSTANT_SOURCE.format, duration },
  };
  const { settings } = checkCreateJobRequest(wireNames(JSON.parse(JSON.stringify(request)) as Json));
  const plan = planEncoding(settings, describeSource(film));
  const directory = await mkdtemp(join(tmpdir(), "long-film-"));
  try {
    await writeInstantOutputs(plan, directory);
    const [stream] = await collectOutputs(plan, directory);
    const sheets = stream?.media.filter(({ contentType }) => contentType === "image/jpeg") ?? [];
    const texts = new Map<string, string>();
    for (const { uri, content } of [...(stream?.playlists ?? []), ...(stream?.manifests ?? [])])
      texts.set(
        uri.replace(/^.*\//, ""),
        "file" in content ? await readFile(content.file, "utf8") : content.text,
      );
    return { texts, sheets: sheets.map(({ uri }) => uri.replace(/^.*\//, "")) };
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

describe.each(["hls", "cmaf"] as const)("a film of 3 h in %s", (packaging) => {
  it("has a storyboard to its end, on 40 sheets", async () => {
    const { texts, sheets } = await outputsOfFilm(packaging);
    expect(sheets).toHaveLength(40);
    const name = String(imagePlaylistOf(texts.get("main.m3u8") ?? ""));
    const cues =
      storyboardOf(texts.get(name) ?? "", name)
        ?.trimEnd()
        .split("\n\n")
        .slice(1) ?? [];
    expect(cues).toHaveLength(Math.ceil((HOURS * 3600) / 11));
    expect(cues.at(-1)).toMatch(/ --> 03:00:00\.000\n/);
    expect(new Set(cues.map((cue) => /\n(.+)#/.exec(cue)?.[1]))).toEqual(new Set(sheets));
  });
});
