import type { IncomingMessage, Server, ServerResponse } from "node:http";
import dynalite from "dynalite";
import type { Service } from "../service";
import { dynamodbAccesses } from "./accesses";

/** DynamoDB: dynalite, over LevelDB. */
export class DynamoDb implements Service {
  readonly name = "dynamodb";
  readonly accessesOf = dynamodbAccesses;
  private readonly server: Server;

  /** @param directory where the tables are kept @default in memory */
  constructor(directory?: string) {
    this.server = dynalite({ path: directory, createTableMs: 0 });
  }

  handle(request: IncomingMessage, response: ServerResponse): void {
    this.server.emit("request", request, response);
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
