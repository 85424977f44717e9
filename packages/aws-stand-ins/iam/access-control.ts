import { EventEmitter } from "node:events";
import type { Context } from "./conditions";
import { type Access, type Verdict, verdictOn } from "./evaluation";
import { type KeyedResources, withKeyUse } from "./key-use";
import type { Policy } from "./policy";

/** A role, or a user. */
export interface Role {
  readonly arn: string;
  readonly permissions: Policy;
  /** Who may assume it; nobody becomes a user. */
  readonly trust: Policy;
}

/** An assumed role, or a user. */
export interface Session {
  readonly roleArn: string;
  /** Such as a function's name; a user's own. */
  readonly name: string;
}

export interface Judgement extends Access {
  readonly session: Session;
  readonly isAllowed: boolean;
}

/** A denied call, with AWS's own message. */
export class AccessDenied extends Error {
  readonly code = "AccessDenied";
  override readonly name = "AccessDenied";
}

export interface AccessRules {
  readonly accountId: string;
  readonly roles: readonly Role[];
  /** Policies of queues, topics, buckets and keys, by ARN. */
  readonly resourcePolicies: ReadonlyMap<string, Policy>;
  readonly keys: KeyedResources;
}

const DENIED_BY_RESOURCE = "with an explicit deny in a resource-based policy";

/** IAM: evaluates policies. Emits every judgement as "judged". */
export class AccessControl extends EventEmitter<{ judged: [Judgement] }> {
  private readonly roles: ReadonlyMap<string, Role>;

  constructor(private readonly rules: AccessRules) {
    super();
    this.roles = new Map(rules.roles.map((role) => [role.arn, role]));
  }

  /** Who signs with any other credentials. */
  get administratorArn(): string {
    return `arn:aws:iam::${this.rules.accountId}:user/administrator`;
  }

  /** As STS shows it. */
  arnOf({ roleArn, name }: Session): string {
    const [, partition, , , , resource = ""] = roleArn.split(":");
    if (resource.startsWith("user/")) return roleArn;
    const roleName = roleArn.slice(roleArn.lastIndexOf("/") + 1);
    return `arn:${partition}:sts::${this.rules.accountId}:assumed-role/${roleName}/${name}`;
  }

  /**
   * Requires the role to allow the accesses, and the use of keys that they imply.
   * @throws {AccessDenied} for the first one that it doesn't allow
   */
  require(session: Session, accesses: readonly Access[]): void {
    for (const access of accesses.flatMap((one) => withKeyUse(one, this.rules.keys))) {
      const complaint = this.complaintAbout(session, access);
      this.emit("judged", { ...access, session, isAllowed: complaint === undefined });
      if (complaint === undefined) continue;
      throw new AccessDenied(
        `User: ${this.arnOf(session)} is not authorized to perform: ${access.action} on resource: ${access.resource} ${complaint}`,
      );
    }
  }

  /**
   * Requires that no resource's policy denies the accesses to the account's administrator, whose own policy allows
   * everything.
   * @throws {AccessDenied} for the first one that is denied
   */
  requireUndenied(accesses: readonly Access[]): void {
    const { accountId, resourcePolicies } = this.rules;
    const administrator = { roleArn: this.administratorArn, accountId };
    for (const { action, resource, context } of accesses) {
      const policy = resourcePolicies.get(holderOf(resource)) ?? [];
      const access = {
        action,
        resource,
        context: this.complete([...context, ["aws:principalarn", administrator.roleArn]]),
      };
      if (verdictOn(access, policy, administrator) !== "denied") continue;
      throw new AccessDenied(
        `User: ${administrator.roleArn} is not authorized to perform: ${action} on resource: ${resource} ${DENIED_BY_RESOURCE}`,
      );
    }
  }

  /**
   * Whether a role's trust policy allows a service to assume the role.
   * @param sourceArn the resource on whose behalf the service assumes it
   */
  trusts(roleArn: string, service: string, sourceArn: string): boolean {
    const context = this.complete([
      ["aws:sourceaccount", this.rules.accountId],
      ["aws:sourcearn", sourceArn],
    ]);
    const trust = this.roles.get(roleArn)?.trust ?? [];
    const access = { action: "sts:AssumeRole", resource: roleArn, context };
    return verdictOn(access, trust, { service }) === "allowed";
  }

  /**
   * Whether the resource's policy, and that of its key, allow a service to access it.
   * @param sourceArn the resource on whose behalf the service accesses it
   */
  allowsService(service: string, sourceArn: string, given: Access): boolean {
    return withKeyUse(given, this.rules.keys).every((access) => {
      const context = this.complete([
        ...access.context,
        ["aws:sourceaccount", this.rules.accountId],
        ["aws:sourcearn", sourceArn],
      ]);
      const policy = this.rules.resourcePolicies.get(holderOf(access.resource)) ?? [];
      return verdictOn({ ...access, context }, policy, { service }) === "allowed";
    });
  }

  /** @returns the reason for a denial, in AWS's words; undefined if the access is allowed */
  private complaintAbout({ roleArn }: Session, given: Access): string | undefined {
    const { accountId, resourcePolicies } = this.rules;
    const access = {
      ...given,
      context: this.complete([...given.context, ["aws:principalarn", roleArn]]),
    };
    const principal = { roleArn, accountId };
    const own = verdictOn(access, this.roles.get(roleArn)?.permissions ?? [], principal);
    const policy = resourcePolicies.get(holderOf(access.resource));
    const resources = policy === undefined ? "silent" : verdictOn(access, policy, principal);

    if (own === "denied") return "with an explicit deny in an identity-based policy";
    if (resources === "denied") return DENIED_BY_RESOURCE;
    if (resources === "allowed" || (own === "allowed" && mayRely(access, resources))) return undefined;
    const missing = own === "allowed" ? "resource" : "identity";
    return `because no ${missing}-based policy allows the ${access.action} action`;
  }

  /** The endpoint's plain HTTP stands for TLS: it never leaves the machine. */
  private complete(context: Iterable<readonly [string, string]>): Context {
    return new Map([
      ["aws:securetransport", "true"],
      ["aws:principalaccount", this.rules.accountId],
      ...context,
    ]);
  }
}

/**
 * A role's own permission suffices, except for keys, whose policy must delegate to the account.
 * https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html
 */
function mayRely({ action }: Access, keyPolicy: Verdict): boolean {
  return !action.startsWith("kms:") || keyPolicy === "delegated";
}

/** The ARN of the resource that has the policy: of an object, its bucket. */
function holderOf(resource: string): string {
  return resource.split(":")[2] === "s3" ? (resource.split("/")[0] ?? resource) : resource;
}
