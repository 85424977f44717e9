import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { join } from "node:path";
import { isCrossSite, requireLocalHost } from "aws-stand-ins/browser-guard";
import { listenOnLoopback } from "aws-stand-ins/loopback-port";
import { RequestError } from "aws-stand-ins/request-error";

/** What the page of a job plays. */
export interface PlayableJob {
  readonly title: string;
  /** Of the HLS manifest. */
  readonly url: string;
  /** @default none: the page shows no previews */
  readonly storyboard?: string | undefined;
  /** Without them, the distribution denies every read. */
  readonly cookies: Readonly<Record<string, string>>;
}

export interface PlayerPagesOptions {
  /** On loopback; 0 for any free one. */
  readonly port: number;
  /** The distribution's. */
  readonly mediaOrigin: string;
  /** @throws {RequestError} saying why the job can't be played */
  open(jobId: string): Promise<PlayableJob>;
}

type File = readonly [contentType: string, content: Buffer];

const file = (contentType: string, path: string): File => [contentType, readFileSync(path)];
const JAVASCRIPT = "text/javascript; charset=utf-8";

/**
 * A page for each job, which plays it with hls.js, on an origin of its own as a website is. The page is the same for
 * every job and holds nothing of it: its script asks for the title, the URL and the cookies.
 */
export class PlayerPages {
  private readonly server: Server;
  /** Of the pages. */
  origin = "";
  private readonly page = file("text/html; charset=utf-8", join(__dirname, "player.html"));
  private readonly files = new Map<string, File>([
    ["/player.js", file(JAVASCRIPT, join(__dirname, "player.js"))],
    ["/preview.js", file(JAVASCRIPT, join(__dirname, "preview.js"))],
    ["/sound-menu.js", file(JAVASCRIPT, join(__dirname, "sound-menu.js"))],
    ["/player.css", file("text/css; charset=utf-8", join(__dirname, "player.css"))],
    ["/hls.js", file(JAVASCRIPT, require.resolve("hls.js/dist/hls.min.js"))],
  ]);

  private constructor(private readonly options: PlayerPagesOptions) {
    this.server = createServer((request, response) => void this.handle(request, response));
  }

  /** @throws {PortError} if the port can't be opened */
  static async start(options: PlayerPagesOptions): Promise<PlayerPages> {
    const pages = new PlayerPages(options);
    pages.origin = `http://${await listenOnLoopback(pages.server, options.port)}`;
    return pages;
  }

  urlOf(jobId: string): string {
    return pageUrl(this.origin, jobId);
  }

  async stop(): Promise<void> {
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
  }

  private async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(this.headers())) response.setHeader(name, value);
    try {
      await this.answer(request, response);
    } catch (error) {
      const { statusCode = 500 } = error as Partial<RequestError>;
      response.statusCode = statusCode;
      sendJson(response, { message: (error as Error).message });
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method = "", url: path = "" } = request;
    requireLocalHost(request);
    if (isCrossSite(request))
      throw new RequestError(403, "AccessDenied", "A page of another site is denied.");
    if (method !== "GET") throw new RequestError(405, "MethodNotAllowed", "Only GET is allowed.");
    const [, jobId, access] = /^\/([0-9a-f]{64})(\/access)?$/.exec(path) ?? [];
    if (jobId !== undefined && access !== undefined) return this.grantAccess(jobId, response);
    const found = jobId === undefined ? this.files.get(path) : this.page;
    if (found === undefined) throw new RequestError(404, "NotFound", "There is no such page.");
    // The distribution is at 127.0.0.1, and a browser sends it the cookies of no other name.
    if (`http://${request.headers.host}` !== this.origin) {
      response.writeHead(302, { location: `${this.origin}${path}` }).end();
      return;
    }
    const [contentType, content] = found;
    response.setHeader("content-type", contentType).end(content);
  }

  private async grantAccess(jobId: string, response: ServerResponse): Promise<void> {
    const { title, url, storyboard, cookies } = await this.options.open(jobId);
    response.setHeader(
      "set-cookie",
      Object.entries(cookies).map(
        ([name, value]) => `${name}=${value}; Path=/${jobId}/; HttpOnly; SameSite=Strict`,
      ),
    );
    sendJson(response, { title, url, storyboard });
  }

  private headers(): Record<string, string> {
    const policy = [
      "default-src 'none'",
      "script-src 'self'",
      "style-src 'self'",
      `connect-src 'self' ${this.options.mediaOrigin}`,
      // hls.js plays from memory, and fills empty tracks of captions. The storyboard is a track, too.
      `media-src blob: data: ${this.options.mediaOrigin}`,
      `img-src ${this.options.mediaOrigin}`,
      "base-uri 'none'",
      "form-action 'none'",
      "frame-ancestors 'none'",
    ];
    return {
      "content-security-policy": policy.join("; "),
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
      "referrer-policy": "no-referrer",
      "x-content-type-options": "nosniff",
      "cache-control": "no-store",
    };
  }
}

/** The page of a job. */
export function pageUrl(origin: string, jobId: string): string {
  return `${origin}/${jobId}`;
}

function sendJson(response: ServerResponse, body: object): void {
  response.setHeader("content-type", "application/json").end(JSON.stringify(body));
}
