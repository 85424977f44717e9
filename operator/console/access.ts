import { randomBytes, timingSafeEqual } from "node:crypto";
import type { IncomingMessage } from "node:http";
import { Refusal } from "./refusal";

const COOKIE = "console";
const secret = () => randomBytes(32).toString("base64url");

/**
 * Who may use the console: the browser that has opened the printed URL. ADR 0032 says what each check is for.
 */
export class Access {
  /** Of the page and everything below it: browsers send the cookie to no other path, thus to no other port either. */
  readonly path = `/${randomBytes(8).toString("hex")}/`;
  private readonly token = secret();
  private readonly session = secret();

  /** @param origin of the console, such as `http://127.0.0.1:4569` */
  constructor(private readonly origin: string) {}

  /** Gives whoever opens it the console: print it, and log it nowhere. */
  get url(): string {
    return `${this.origin}${this.path}?token=${this.token}`;
  }

  /** Exchanges the token of the printed URL for the cookie. @returns undefined for another token */
  cookieFor(token: string): string | undefined {
    if (!isEqual(token, this.token)) return undefined;
    return `${COOKIE}=${this.session}; Path=${this.path}; HttpOnly; SameSite=Strict`;
  }

  /**
   * DNS rebinding gives a hostile page the console's origin, but not its `Host`.
   *
   * @throws {Refusal} for another name, or a page of another origin
   */
  requireOwnOrigin({ method = "", headers }: IncomingMessage): void {
    if (`http://${headers.host}` !== this.origin)
      throw new Refusal(403, "Open the console at the URL that it printed.");
    const isRead = method === "GET";
    const site = headers["sec-fetch-site"];
    // `none` is an address that the user entered.
    const isForeignSite = site !== undefined && site !== "same-origin" && !(isRead && site === "none");
    const isForeignOrigin = headers.origin === undefined ? !isRead : headers.origin !== this.origin;
    if (isForeignSite || isForeignOrigin) throw new Refusal(403, "A page of another origin is denied.");
  }

  /** @throws {Refusal} without the cookie */
  requireSession({ headers }: IncomingMessage): void {
    const cookies = (headers.cookie ?? "").split("; ");
    if (!cookies.some((cookie) => isEqual(cookie, `${COOKIE}=${this.session}`)))
      throw new Refusal(401, "Open the console with the URL that it printed, which has a token.");
  }
}

function isEqual(given: string, expected: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(expected)];
  return a.length === b.length && timingSafeEqual(a, b);
}
