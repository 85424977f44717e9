import { z } from "zod";
import { type Access, access } from "../iam/evaluation";
import { arnIn, jsonInput, type ServiceCall, targetOf } from "../service";

const oneTable = z.object({ TableName: z.string(), IndexName: z.string().optional() });
const batch = z.object({ RequestItems: z.record(z.string(), z.unknown()) });
const transaction = z.object({ TransactItems: z.array(z.record(z.string(), oneTable)) });

/** A transaction needs what its parts need: `Put` dynamodb:PutItem, and so on; `ConditionCheck` has that suffix too. */
const partAction = (part: string) => `dynamodb:${part}Item`;

/** https://docs.aws.amazon.com/service-authorization/latest/reference/list_amazondynamodb.html */
export function dynamodbAccesses(call: ServiceCall): readonly Access[] | undefined {
  const operation = targetOf(call);
  const body = jsonInput(call.body);
  const table = (name: string) => (name.startsWith("arn:") ? name : arnIn(call, "dynamodb", `table/${name}`));

  if (operation === "ListTables") return [access("dynamodb:ListTables", "*")];
  if (operation.startsWith("Batch")) {
    const given = batch.safeParse(body);
    if (!given.success) return undefined;
    return Object.keys(given.data.RequestItems).map((name) => access(`dynamodb:${operation}`, table(name)));
  }
  if (operation.startsWith("Transact")) {
    const given = transaction.safeParse(body);
    if (!given.success) return undefined;
    return given.data.TransactItems.flatMap((item) =>
      Object.entries(item).map(([part, { TableName }]) => access(partAction(part), table(TableName))),
    );
  }
  const given = oneTable.safeParse(body);
  if (!given.success || operation === "") return undefined;
  const { TableName, IndexName } = given.data;
  const resource = IndexName === undefined ? table(TableName) : `${table(TableName)}/index/${IndexName}`;
  return [access(`dynamodb:${operation}`, resource)];
}
