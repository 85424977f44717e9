import { generateKeyPairSync } from "node:crypto";
import { stat, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { makeClip } from "aws-stand-ins/testing/clips";
import { parse, type types } from "hls-parser";
import { decodeBase64, encodeBase64 } from "../../operator/cloudfront-base64";
import { temporaryFolder } from "../../temporary-folder";
import { run, runScript } from "../commands";
import { eventually } from "../eventually";
import { DevPipeline } from "../local/dev-pipeline";
import { cookieHeader, deliver, type SignedJob, sign } from "./delivered-job";

const folder = temporaryFolder();
let pipeline: DevPipeline;
let [job, other] = ["", ""];
let signed: SignedJob;

beforeAll(async () => {
  const clip = await makeClip(join(folder, "clip.mp4"), { widthPx: 320, heightPx: 180, seconds: 3 });
  pipeline = await DevPipeline.start(join(folder, "data"));
  job = await deliver(pipeline, "a.mp4", clip);
  other = await deliver(pipeline, "b.mp4", clip);
  signed = await sign(pipeline, job);
});
afterAll(() => pipeline.interrupt());

const statusOf = async (url: string, cookie: string) => (await fetch(url, { headers: { cookie } })).status;

/** Every playlist, segment and thumbnail of the signed job. */
async function outputs(): Promise<string[]> {
  const cookie = cookieHeader(signed);
  const read = async (url: string) => parse(await (await fetch(url, { headers: { cookie } })).text());
  const { variants } = (await read(signed.url)) as types.MasterPlaylist;
  const playlists = variants.map(({ uri }) => new URL(uri, signed.url).href);
  const segments = await Promise.all(
    playlists.map(async (url) => {
      const playlist = (await read(url)) as types.MediaPlaylist;
      return playlist.segments.map(({ uri }) => new URL(uri, url).href);
    }),
  );
  const thumbnail = new URL("main_thumb.0000000.jpg", signed.url).href;
  return [signed.url, ...playlists, ...segments.flat(), thumbnail];
}

describe("npm run media -- play-url JOB --local", () => {
  it("signs every playlist, segment and thumbnail of the job, which nobody reads without cookies", async () => {
    const urls = await outputs();
    expect(urls.length).toBeGreaterThanOrEqual(4);
    for (const url of urls) {
      expect({ url, status: await statusOf(url, cookieHeader(signed)) }).toEqual({ url, status: 200 });
      expect({ url, status: await statusOf(url, "") }).toEqual({ url, status: 403 });
    }
  });

  it("signs no other job", async () => {
    const cookie = cookieHeader(await sign(pipeline, other));
    for (const url of await outputs()) expect(await statusOf(url, cookie)).toBe(403);
  });

  it("signs for the time that --expires names", async () => {
    const brief = await sign(pipeline, job, "--expires", "1s");
    expect(Date.parse(signed.expiresAt) - Date.parse(brief.expiresAt)).toBeGreaterThan(6_000_000);
    await eventually("the end of the cookies", async () =>
      (await statusOf(brief.url, cookieHeader(brief))) === 403 ? true : undefined,
    );
  });

  it("has cookies that can't be forged", async () => {
    const policy = decodeBase64(signed.cookies["CloudFront-Policy"]);
    const forged = encodeBase64(policy.replace(job, other));
    expect(JSON.parse(decodeBase64(forged)).Statement[0].Resource).toContain(`/${other}/*`);
    const cookie = cookieHeader({ ...signed, cookies: { ...signed.cookies, "CloudFront-Policy": forged } });
    expect(await statusOf(signed.url.replace(job, other), cookie)).toBe(403);
  });

  it("refuses a key that the distribution doesn't trust, unless told its id, with which it is denied", async () => {
    const key = join(folder, "foreign.pem");
    const { privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    await writeFile(key, privateKey.export({ type: "pkcs8", format: "pem" }));
    await expect(sign(pipeline, job, "--key", key)).rejects.toThrow(/ended with 2: .* belongs to none of/);
    const keyPairId = signed.cookies["CloudFront-Key-Pair-Id"] ?? "";
    const foreign = await sign(pipeline, job, "--key", key, "--key-pair-id", keyPairId);
    expect(await statusOf(foreign.url, cookieHeader(foreign))).toBe(403);
  });

  it("prints a curl line that fetches the manifest", async () => {
    const { stdout } = await runScript("operator/main.ts", [
      "play-url",
      job,
      "--local",
      pipeline.endpointUrl,
    ]);
    expect((await run("sh", ["-c", `${stdout.trim()} --silent`])).stdout).toMatch(/^#EXTM3U/);
  });

  it("says that there is no such job, in one sentence", async () => {
    await expect(sign(pipeline, "0".repeat(64))).rejects.toThrow(
      /ended with 2: There is no job for 0+\. npm run media -- why .+ says why\.\n$/,
    );
  });
});

it("keeps the private key in the data folder, readable by its owner only", async () => {
  const { mode } = await stat(join(folder, "data", "playback", "private.pem"));
  expect(mode & 0o777).toBe(0o600);
});
