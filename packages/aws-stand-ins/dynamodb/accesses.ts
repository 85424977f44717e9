import { z } from "zod";
import { type Access, access } from "../iam/evaluation";
import { notOffered, requireObserved } from "../request-error";
import { arnIn, jsonInput, type ServiceCall, targetOf } from "../service";

const oneTable = z.object({ TableName: z.string(), IndexName: z.string().optional() });
const oneResource = z.object({ ResourceArn: z.string() });
const batch = z.object({ RequestItems: z.record(z.string(), z.unknown()) });
/** What dynalite would accept and ignore. */
const IGNORED = [
  ...["ReturnValuesOnConditionCheckFailure", "DeletionProtectionEnabled", "OnDemandThroughput"],
  ...["ReplicaUpdates", "ResourcePolicy", "SSESpecification", "StreamSpecification", "TableClass", "Tags"],
  "WarmThroughput",
];
/** AWS's names of the calls that DynamoDB offers. */
export const DYNAMODB_CALLS = [
  ...["BatchGetItem", "BatchWriteItem", "CreateTable", "DeleteItem", "DeleteTable", "DescribeTable"],
  ...["DescribeTimeToLive", "GetItem", "ListTables", "ListTagsOfResource", "PutItem", "Query", "Scan"],
  ...["TagResource", "UntagResource", "UpdateItem", "UpdateTable"],
];

/**
 * https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html
 * @throws {RequestError} for a call that isn't offered
 */
export function dynamodbAccesses(call: ServiceCall): readonly Access[] | undefined {
  const operation = targetOf(call);
  if (!DYNAMODB_CALLS.includes(operation)) {
    throw notOffered("dynamodb", `the call "${operation}"`, DYNAMODB_CALLS);
  }
  const body = jsonInput(call.body);
  if (operation !== "TagResource") requireObserved("dynamodb", operation, body, IGNORED);
  const table = (name: string) => (name.startsWith("arn:") ? name : arnIn(call, "dynamodb", `table/${name}`));

  if (operation === "ListTables") return [access("dynamodb:ListTables", "*")];
  if (operation.startsWith("Batch")) {
    const given = batch.safeParse(body);
    if (!given.success) return undefined;
    return Object.keys(given.data.RequestItems).map((name) => access(`dynamodb:${operation}`, table(name)));
  }
  const resourceArn = oneResource.safeParse(body).data?.ResourceArn;
  if (resourceArn !== undefined) return [access(`dynamodb:${operation}`, resourceArn)];
  const given = oneTable.safeParse(body);
  if (!given.success) return undefined;
  const { TableName, IndexName } = given.data;
  const resource = IndexName === undefined ? table(TableName) : `${table(TableName)}/index/${IndexName}`;
  return [access(`dynamodb:${operation}`, resource)];
}
