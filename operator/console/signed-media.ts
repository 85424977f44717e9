import type { Deployment } from "../deployment";
import { viewerUrl } from "../deployment";
import { Jobs } from "../jobs";
import { type PlayUrl, playUrl } from "../play-url";
import { Refusal } from "./refusal";

const VALID_SECONDS = 3600;
/** Signed again this long before the cookies expire. */
const MARGIN_MS = 600_000;

/** Reads a job's outputs from the distribution, as a viewer with signed cookies does; the page never gets them. */
export class SignedMedia {
  private readonly signed = new Map<string, PlayUrl>();

  constructor(private readonly deployment: Deployment) {}

  /** Whether there is a key that signs. */
  get canSign(): boolean {
    return this.deployment.privateKeyFile !== undefined;
  }

  /** The path of the HLS manifest. @throws {OperatorError} if the job can't be played */
  async manifestOf(jobId: string): Promise<string> {
    return new URL((await this.accessTo(jobId)).url).pathname;
  }

  /** The path of the storyboard; undefined if the job has none. */
  async storyboardOf(jobId: string): Promise<string | undefined> {
    const [job] = await new Jobs(this.deployment).find(jobId);
    const url = job.playback?.storyboard;
    return url === undefined ? undefined : viewerUrl(this.deployment, url).pathname;
  }

  /**
   * @param path of an output of the job, below the distribution
   * @param range the value of the header, if only a part is wanted
   */
  async read(jobId: string, path: string, range: string | undefined): Promise<Response> {
    const { url, cookies } = await this.accessTo(jobId);
    const target = new URL(path, url);
    if (!target.pathname.startsWith(`/${jobId}/`) || target.origin !== new URL(url).origin)
      throw new Refusal(404, "It is no output of the job.");
    const cookie = Object.entries(cookies).map(([name, value]) => `${name}=${value}`);
    return fetch(target, { headers: { cookie: cookie.join("; "), ...(range && { range }) } });
  }

  private async accessTo(jobId: string): Promise<PlayUrl> {
    const known = this.signed.get(jobId);
    if (known !== undefined && Date.parse(known.expiresAt) - Date.now() > MARGIN_MS) return known;
    const options = { jobId, expiresInSeconds: VALID_SECONDS, now: Date.now() };
    const access = await playUrl(this.deployment, options);
    this.signed.set(jobId, access);
    return access;
  }
}
