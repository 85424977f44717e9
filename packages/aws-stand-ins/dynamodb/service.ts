import { randomUUID } from "node:crypto";
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import { crc32 } from "node:zlib";
import { RequestError } from "../request-error";
import { jsonInput, type Service, targetOf } from "../service";
import { dynamodbAccesses } from "./accesses";
import { isRefusal, Tables } from "./tables";

/** DynamoDB: dynalite, over LevelDB. */
export class DynamoDb implements Service {
  readonly name = "dynamodb";
  readonly accessesOf = dynamodbAccesses;
  private readonly tables: Tables;

  /** @param directory where the tables are kept @default in memory */
  constructor(directory?: string) {
    this.tables = new Tables(directory);
  }

  /** Opens the tables before the first call, so that a damaged directory fails the start. @throws {DamagedFileError} */
  open(): Promise<void> {
    return this.tables.open();
  }

  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = targetOf({ request });
    const input = jsonInput(await text(request));
    if (!this.tables.has(operation))
      throw new RequestError(
        400,
        "UnknownOperationException",
        `The stand-in for dynamodb has no ${operation}.`,
      );
    try {
      answer(response, 200, await this.tables.call(operation, input));
    } catch (error) {
      if (isRefusal(error)) return answer(response, error.statusCode, error.body);
      if (error instanceof RequestError) throw error;
      throw new RequestError(500, "InternalServerError", `${operation} failed: ${reasonOf(error)}`);
    }
  }

  stop(): Promise<void> {
    return this.tables.close();
  }
}

function answer(response: ServerResponse, statusCode: number, output: object): void {
  const body = Buffer.from(JSON.stringify(output));
  response.writeHead(statusCode, {
    "content-type": "application/x-amz-json-1.0",
    "content-length": body.length,
    "x-amz-crc32": crc32(body),
    "x-amzn-requestid": randomUUID(),
  });
  response.end(body);
}

function reasonOf(error: unknown): string {
  const { cause, message } = error instanceof Error ? error : new Error(String(error));
  return cause instanceof Error ? `${message}: ${cause.message}` : message;
}
