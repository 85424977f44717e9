/**
 * Makes calls of the SDK, one after the other, and prints how many it made in a second once it was warm:
 * `node run.mjs bench/sdk-calls.ts <endpoint> <calls>`.
 */
import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, UpdateCommand } from "@aws-sdk/lib-dynamodb";

async function measure(endpoint = "", calls = 0): Promise<number> {
  const credentials = { accessKeyId: "local", secretAccessKey: "local" };
  const client = DynamoDBDocumentClient.from(
    new DynamoDBClient({ endpoint, region: "eu-south-2", credentials }),
  );
  const update = () =>
    client.send(
      new UpdateCommand({
        TableName: "jobs",
        Key: { jobId: "a".repeat(64) },
        UpdateExpression: "SET #status = :status, updatedAt = :now",
        ConditionExpression: "attribute_exists(jobId) AND #status <> :status",
        ExpressionAttributeNames: { "#status": "status" },
        ExpressionAttributeValues: { ":status": "PROCESSING", ":now": 1_700_000_000 },
        ReturnValues: "ALL_NEW",
      }),
    );
  for (let count = 0; count < calls; count += 1) await update();
  const began = performance.now();
  for (let count = 0; count < calls; count += 1) await update();
  return calls / ((performance.now() - began) / 1000);
}

measure(process.argv[2], Number(process.argv[3])).then(
  (perSecond) => process.stderr.write(`\n${perSecond}\n`),
  (error) => {
    console.error(error);
    process.exitCode = 1;
  },
);
