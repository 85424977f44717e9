import { answerError } from "../error-answer";
import type { IncomingCall, Interceptor, Next } from "../gateway";
import { type AccessControl, AccessDenied, type Session } from "./access-control";
import { type Access, access } from "./evaluation";

export interface RequestGuardOptions {
  readonly access: AccessControl;
  /**
   * Roles in use, by access key id. Any other signer is the account's administrator and may do everything that no
   * resource's policy denies.
   */
  readonly sessions: ReadonlyMap<string, Session>;
  hasObject(bucket: string, key: string): Promise<boolean>;
}

/** How a denial is answered where it isn't 403 with `AccessDeniedException`. */
const DENIALS: Readonly<Record<string, { readonly statusCode: number; readonly code: string }>> = {
  dynamodb: { statusCode: 400, code: "AccessDeniedException" },
  s3: { statusCode: 403, code: "AccessDenied" },
  // https://docs.aws.amazon.com/sns/latest/api/CommonErrors.html
  sns: { statusCode: 403, code: "AuthorizationError" },
};

/** Denies unsigned calls, and those that their signer's role doesn't allow. */
export class RequestGuard implements Interceptor {
  constructor(private readonly options: RequestGuardOptions) {}

  async intercept(call: IncomingCall, next: Next): Promise<void> {
    const { service, request, response, accessKeyId } = call;
    // A browser sends a preflight request without a signature.
    const isAnonymous = accessKeyId === undefined && request.method !== "OPTIONS";
    const session = this.options.sessions.get(accessKeyId ?? "");
    try {
      if (session !== undefined) await this.require(session, call);
      // S3's message for anonymous requests. No policy of a private bucket allows them.
      else if (isAnonymous) throw new AccessDenied("Access Denied");
      else this.options.access.requireUndenied(service.accessesOf(call) ?? []);
    } catch (error) {
      if (!(error instanceof AccessDenied)) throw error;
      request.resume();
      const denial = DENIALS[service.name] ?? { statusCode: 403, code: "AccessDeniedException" };
      return answerError(response, service.name, { ...denial, message: error.message });
    }
    await next(response);
  }

  private async require(session: Session, call: IncomingCall): Promise<void> {
    const { service, request } = call;
    const accesses = service.accessesOf(call);
    if (accesses === undefined) {
      throw new AccessDenied(
        `The stand-in for ${service.name} doesn't know which permission ${request.method} ${request.url} needs.`,
      );
    }
    this.options.access.require(session, accesses);
    const [first] = accesses;
    if (first !== undefined) await this.requireListingIfMissing(session, first);
  }

  /**
   * S3 reveals that an object doesn't exist only to those who may list its bucket.
   * https://docs.aws.amazon.com/AmazonS3/latest/API/API_GetObject.html
   */
  private async requireListingIfMissing(session: Session, { action, resource }: Access): Promise<void> {
    if (action !== "s3:GetObject") return;
    const [bucketArn = "", ...key] = resource.split("/");
    if (await this.options.hasObject(bucketArn.slice(bucketArn.lastIndexOf(":") + 1), key.join("/"))) return;
    this.options.access.require(session, [access("s3:ListBucket", bucketArn)]);
  }
}
