import { randomUUID } from "node:crypto";
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { Gateway } from "aws-stand-ins/gateway";
import { S3Api } from "aws-stand-ins/s3/api";
import { ObjectStore } from "aws-stand-ins/s3/object-store";
import { parse, setOptions, types } from "hls-parser";
import { physicalNames } from "../../constructs/naming";
import type { CaptionTrack } from "../../lambdas/captions/caption-track";
import type { Job } from "../../lambdas/jobs/job";
import { JobRepository } from "../../lambdas/jobs/job-repository";
import { CaptionEditor } from "../../operator/captions";
import { Clients } from "../../operator/clients";
import { startJobTable, TABLE_NAME, type TestTable } from "../lambdas/job-table";
import { sampleJob } from "../lambdas/jobs/sample-job";
import { temporaryFolder } from "../temporary-folder";

const BUCKET = "processed";
const CREDENTIALS = { accessKeyId: "test", secretAccessKey: "test" };
const JAPANESE = { language: "ja", kind: "subtitles" } as const;
const FRENCH = { language: "fr", kind: "sdh" } as const;
const WEB_VTT = "WEBVTT\n\n00:00:01.000 --> 00:00:02.000\nBonjour\n";
const MULTIVARIANT =
  '#EXTM3U\n#EXT-X-VERSION:7\n#EXT-X-STREAM-INF:BANDWIDTH=1000,CODECS="avc1.42c00c"\nmain_234p.m3u8\n';
const MEDIA = [
  ...["#EXTM3U", "#EXT-X-VERSION:7", "#EXT-X-TARGETDURATION:6", '#EXT-X-MAP:URI="main_234pinit.cmfv"'],
  ...["#EXTINF:6,", "main_234p_000000001.cmfv", "#EXT-X-ENDLIST", ""],
].join("\n");
const MPD =
  '<MPD><Period><AdaptationSet mimeType="video/mp4"><Representation id="1"/></AdaptationSet></Period></MPD>';

const objects = new ObjectStore(temporaryFolder(), [{ name: BUCKET, versioned: false }]);
const gateway = new Gateway("000000000000");
let endpoint: string;
let table: TestTable;
let jobs: JobRepository;

beforeAll(async () => {
  setOptions({ strictMode: true });
  gateway.serve(new S3Api(objects, { region: "eu-south-2", accountId: "000000000000" }));
  endpoint = await gateway.listen(0);
  table = await startJobTable();
  jobs = new JobRepository(table.client, TABLE_NAME);
});
afterAll(async () => {
  setOptions({ strictMode: false });
  await gateway.stop();
  await table.stop();
});

class Killed extends Error {}

/**
 * The editor as a process that is killed at a step has it: it makes no call from then on.
 *
 * @param killedAt even: before a call to AWS; odd: after the call took effect, before its answer
 */
function editor(killedAt = Number.POSITIVE_INFINITY) {
  const options = { endpoint, region: "eu-south-2", credentials: CREDENTIALS };
  const clients = Object.assign(new Clients(options, (region) => region), {
    dynamodb: new DynamoDBClient({ ...options, endpoint: table.endpoint }),
  });
  let steps = 0;
  const step = () => {
    steps += 1;
    if (steps > killedAt) throw new Killed();
  };
  const counted = async <Answer>(call: () => Promise<Answer>) => {
    step();
    const answer = await call();
    step();
    return answer;
  };
  clients.s3.middlewareStack.add((next) => (given) => counted(() => next(given)), { step: "initialize" });
  clients.dynamodb.middlewareStack.add((next) => (given) => counted(() => next(given)), {
    step: "initialize",
  });
  return new CaptionEditor({
    ...{ selector: "--env test", isLocal: false, clients },
    names: physicalNames("test", "111122223333"),
    rawBucket: async () => "raw",
    publicKeys: async () => [],
  });
}

/** A job in CMAF without captions. */
async function completed(): Promise<Job> {
  const jobId = randomUUID();
  const url = `s3://${BUCKET}/${jobId}/main`;
  const outputs = { hlsManifest: `${url}.m3u8`, dashManifest: `${url}.mpd` };
  const job = sampleJob({ jobId, status: "COMPLETE", durationMs: 6000, outputs });
  await jobs.create(job);
  await Promise.all(
    Object.entries({ "main.m3u8": MULTIVARIANT, "main_234p.m3u8": MEDIA, "main.mpd": MPD }).map(
      ([name, text]) => objects.put(BUCKET, `${jobId}/${name}`, Buffer.from(text)),
    ),
  );
  return job;
}

async function read(jobId: string, name: string): Promise<string> {
  const response = await fetch(`${endpoint}/${BUCKET}/${jobId}/${name}`);
  if (!response.ok) throw new Error(`${name}: ${response.status}`);
  return response.text();
}

/** The languages that each manifest offers, after a look at every file that a player would read for them. */
async function offered({ jobId }: Job) {
  const master = parse(await read(jobId, "main.m3u8"));
  if (!(master instanceof types.MasterPlaylist)) throw new Error("It isn't multivariant.");
  const subtitles = master.variants.flatMap((variant) => variant.subtitles);
  for (const { uri = "" } of subtitles) {
    const playlist = parse(await read(jobId, uri)) as types.MediaPlaylist;
    for (const segment of playlist.segments)
      expect(await read(jobId, `captions/${segment.uri}`)).toContain("WEBVTT");
  }
  const mpd = await read(jobId, "main.mpd");
  for (const [, file = ""] of mpd.matchAll(/<BaseURL>([^<]*)<\/BaseURL>/g))
    expect(await read(jobId, file)).toContain("WEBVTT");
  return {
    hls: subtitles.map(({ language }) => language),
    dash: [...mpd.matchAll(/mimeType="text\/vtt" lang="(\w+)"/g)].map(([, language]) => language),
  };
}

const everywhere = (...languages: string[]) => ({ hls: languages, dash: languages });
const recorded = async ({ jobId }: Job) =>
  (await jobs.find(jobId))?.outputs?.captions?.map(({ language }) => language);

type Change = (captions: CaptionEditor, jobId: string) => Promise<Job>;
const add =
  (track: CaptionTrack): Change =>
  (captions, jobId) =>
    captions.add(jobId, track, WEB_VTT);
const remove =
  (track: CaptionTrack): Change =>
  (captions, jobId) =>
    captions.remove(jobId, track);

/** Kills a change of captions at each of its steps, on a job of its own each time. */
async function killedAtEachStep(
  given: Change[],
  change: Change,
  then: (job: Job, killedAt: number) => Promise<void>,
): Promise<number> {
  for (let killedAt = 0; ; killedAt += 1) {
    const job = await completed();
    for (const earlier of given) await earlier(editor(), job.jobId);
    const wasKilled = await change(editor(killedAt), job.jobId).then(
      () => false,
      (error) => {
        if (!(error instanceof Killed)) throw error;
        return true;
      },
    );
    await then(job, killedAt);
    if (!wasKilled) return killedAt;
  }
}

/** Two steps for each call: two of reading the row, one of writing it, and two for each manifest at least. */
const FEWEST_STEPS = 14;

describe("a command that changes captions and is killed between any of its steps", () => {
  it.each([
    ["adds", [add(JAPANESE)], add(FRENCH), ["ja"], ["ja", "fr"]],
    ["removes", [add(JAPANESE), add(FRENCH)], remove(JAPANESE), ["ja", "fr"], ["fr"]],
  ] as const)(
    "leaves a stream that plays, and %s them once repeated",
    async (_verb, given, change, before, after) => {
      const steps = await killedAtEachStep([...given], change, async (job, killedAt) => {
        const left = await offered(job);
        for (const languages of Object.values(left)) expect([before, after]).toContainEqual(languages);
        await change(editor(), job.jobId);
        expect({ killedAt, ...(await offered(job)) }).toEqual({ killedAt, ...everywhere(...after) });
        expect(await recorded(job)).toEqual(after);
      });
      expect(steps).toBeGreaterThanOrEqual(FEWEST_STEPS);
    },
  );

  it("is completed by the next change of other captions, if the row has it", async () => {
    await killedAtEachStep([], add(JAPANESE), async (job) => {
      const kept = (await recorded(job)) ?? [];
      await add(FRENCH)(editor(), job.jobId);
      expect(await offered(job)).toEqual(everywhere(...kept, "fr"));
    });
  });
});
