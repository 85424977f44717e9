import type { IncomingMessage, ServerResponse } from "node:http";
import { OperatorError, sentenceOf } from "../operator-error";
import type { Access } from "./access";
import type { Api } from "./api";
import type { PageFile } from "./page-files";
import { Refusal } from "./refusal";
import { sendJson } from "./wire";

const POLICY = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  // hls.js plays from memory, and adds captions to an empty track, `data:,WEBVTT`.
  "media-src blob: data:",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
  // No script can turn a text into HTML.
  "require-trusted-types-for 'script'",
  "trusted-types 'none'",
].join("; ");

const HEADERS = {
  "content-security-policy": POLICY,
  "cross-origin-opener-policy": "same-origin",
  "cross-origin-resource-policy": "same-origin",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cache-control": "no-store",
};

/** Answers the page's requests: with the page to a browser that has the token, and with JSON below `api/`. */
export class ConsoleServer {
  constructor(
    private readonly access: Access,
    private readonly files: ReadonlyMap<string, PageFile>,
    private readonly api: () => Api,
  ) {}

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    for (const [name, value] of Object.entries(HEADERS)) response.setHeader(name, value);
    try {
      await this.answer(request, response);
    } catch (error) {
      // The rest of an upload.
      request.resume();
      if (response.headersSent) response.destroy();
      else
        sendJson(
          response,
          { message: error instanceof Refusal ? error.message : sentenceOf(error) },
          statusOf(error),
        );
    }
  }

  private async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const url = new URL(request.url ?? "/", "http://console");
    const token = url.searchParams.get("token");
    if (url.pathname === this.access.path && token !== null && request.method === "GET")
      return this.enter(token, response);
    this.access.requireOwnOrigin(request);
    this.access.requireSession(request);
    if (!url.pathname.startsWith(this.access.path)) throw new Refusal(404, "There is no such page.");
    const path = url.pathname.slice(this.access.path.length);
    if (path.startsWith("api/"))
      return this.api().answer(path.slice("api/".length), url.searchParams, request, response);
    const file = this.files.get(path === "" ? "index.html" : path);
    if (file === undefined) throw new Refusal(404, "There is no such page.");
    if (request.method !== "GET") throw new Refusal(405, "Only GET is allowed.");
    response.setHeader("content-type", file.contentType).end(file.content);
  }

  /**
   * Sends the browser on without the token. Not as a redirect: one that began on another site, such as a terminal in a
   * browser, wouldn't carry a SameSite=Strict cookie.
   */
  private enter(token: string, response: ServerResponse): void {
    const cookie = this.access.cookieFor(token);
    if (cookie === undefined)
      throw new Refusal(401, "The token is of another run. Open the URL that the console printed last.");
    response.setHeader("set-cookie", cookie).setHeader("content-type", "text/html; charset=utf-8");
    response.end(
      `<!doctype html><html lang="en"><meta charset="utf-8"><title>Media pipeline</title><link rel="icon" href="${this.access.path}icon.svg"><meta http-equiv="refresh" content="0; url=${this.access.path}">`,
    );
  }
}

function statusOf(error: unknown): number {
  if (error instanceof Refusal) return error.status;
  return error instanceof OperatorError ? 409 : 500;
}
