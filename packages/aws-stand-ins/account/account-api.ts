import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { z } from "zod";
import { type Access, access } from "../iam/evaluation";
import { notOffered, RequestError } from "../request-error";
import { requestUrl } from "../request-path";
import { jsonInput, type Service, type ServiceCall } from "../service";

/** AWS's names of the calls that Account Management offers. */
export const ACCOUNT_CALLS = ["GetRegionOptStatus"];

const input = z.strictObject({ RegionName: z.string() });

/**
 * Account Management's opt-in status of regions.
 * Source: https://docs.aws.amazon.com/accounts/latest/reference/API_GetRegionOptStatus.html
 */
export class AccountApi implements Service {
  readonly name = "account";

  /** @param regions that the account uses; all others are disabled */
  constructor(private readonly regions: readonly string[]) {}

  /** https://docs.aws.amazon.com/service-authorization/latest/reference/list_awsaccountmanagement.html */
  accessesOf({ request, accountId, body }: ServiceCall): readonly Access[] {
    requireOffered(request);
    const { RegionName } = parse(body);
    const arn = `arn:aws:account::${accountId}:account`;
    return [access("account:GetRegionOptStatus", arn, { "account:targetregion": RegionName })];
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    requireOffered(request);
    const { RegionName } = parse(await text(request));
    const RegionOptStatus = this.regions.includes(RegionName) ? "ENABLED" : "DISABLED";
    response.writeHead(200, { "content-type": "application/json" });
    response.end(JSON.stringify({ RegionName, RegionOptStatus }));
  }
}

/** @throws {RequestError} NotImplemented for another call */
function requireOffered(request: ServiceCall["request"]): void {
  if (request.method === "POST" && requestUrl(request).pathname === "/getRegionOptStatus") return;
  throw notOffered("account", `the call "${request.method} ${request.url}"`, ACCOUNT_CALLS);
}

/** @throws {RequestError} ValidationException for a request about anything but a region of the own account */
function parse(body: string): z.infer<typeof input> {
  const parsed = input.safeParse(jsonInput(body));
  if (parsed.success) return parsed.data;
  throw new RequestError(
    400,
    "ValidationException",
    "GetRegionOptStatus takes RegionName, and here nothing else.",
  );
}
