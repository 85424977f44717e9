import { EventEmitter } from "node:events";
import type { IncomingMessage, Server, ServerResponse } from "node:http";
import { buffer } from "node:stream/consumers";
import dynalite from "dynalite";
import { serializationError } from "../request-error";
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

  /** dynalite throws at a request that breaks off, or that it can't read, so it gets a complete one, from here. */
  async handle(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { method, url, headers } = request;
    const body = await buffer(request);
    const complete = Object.assign(new EventEmitter(), { method, url, headers });
    this.server.emit("request", complete, response);
    try {
      if (body.length > 0) complete.emit("data", body);
      complete.emit("end");
    } catch (error) {
      throw serializationError(`The request is malformed: ${(error as Error).message}`);
    }
  }

  stop(): Promise<void> {
    return new Promise((resolve) => this.server.close(() => resolve()));
  }
}
