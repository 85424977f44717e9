import type { IncomingMessage, ServerResponse } from "node:http";
import { peekBody } from "../request-body";
import type { Service } from "../service";
import { type AccessControl, AccessDenied, type Session } from "./access-control";
import type { CredentialScope } from "./credential-scope";
import { type Access, access } from "./evaluation";
import { refuse } from "./refusal";

export interface RequestGuardOptions {
  readonly access: AccessControl;
  /** Who signs with which access key id. Whoever else signs is the account's administrator and may do everything. */
  readonly sessions: ReadonlyMap<string, Session>;
  readonly accountId: string;
  /** Whether the bucket holds something under the key. */
  hasObject(bucket: string, key: string): Promise<boolean>;
}

/** Judges the requests of functions before a service gets them. */
export class RequestGuard {
  constructor(private readonly options: RequestGuardOptions) {}

  /** Answers a request that may not be made. @returns whether it may; its body is still to be read then */
  async admit(
    service: Service,
    scope: CredentialScope,
    request: IncomingMessage,
    response: ServerResponse,
  ): Promise<boolean> {
    const { access: control, sessions, accountId } = this.options;
    const session = sessions.get(scope.accessKeyId);
    if (session === undefined) return true;
    // Objects are streamed, and S3's calls are known by their first lines.
    const body = service.name === "s3" ? "" : await peekBody(request);
    const call = { region: scope.region, accountId, request, body };
    try {
      const accesses = service.accessesOf(call);
      if (accesses === undefined) {
        throw new AccessDenied(
          `The stand-in for ${service.name} doesn't know which permission ${request.method} ${request.url} needs.`,
        );
      }
      control.require(session, accesses);
      const [first] = accesses;
      if (first !== undefined) await this.requireListingIfMissing(session, first);
      return true;
    } catch (error) {
      if (!(error instanceof AccessDenied)) throw error;
      request.resume();
      refuse(response, service.name, request.method === "HEAD", error.message);
      return false;
    }
  }

  /**
   * Only who may list a bucket is told that an object isn't there.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
   */
  private async requireListingIfMissing(session: Session, { action, resource }: Access): Promise<void> {
    if (action !== "s3:GetObject") return;
    const [bucketArn = "", ...key] = resource.split("/");
    if (await this.options.hasObject(bucketArn.slice(bucketArn.lastIndexOf(":") + 1), key.join("/"))) return;
    this.options.access.require(session, [access("s3:ListBucket", bucketArn)]);
  }
}
