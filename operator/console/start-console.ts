import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { Deployment } from "../deployment";
import { OperatorError } from "../operator-error";
import { Access } from "./access";
import { apiOf } from "./api";
import { ConsoleServer } from "./console-server";
import { pageFiles } from "./page-files";

export interface ConsoleOptions {
  readonly deployment: Deployment;
  /** Refuses every action. @default false */
  readonly readOnly?: boolean;
  /** On loopback; 0 for any free one. @default 0 */
  readonly port?: number;
}

export interface Console {
  /** With a token: whoever opens it can do what the console can. */
  readonly url: string;
  /** Shows another deployment at the same URL, such as the pipeline after a restart. Open pages go on with it. */
  show(deployment: Deployment): void;
  close(): Promise<void>;
}

/**
 * Serves the console of a deployment on loopback.
 *
 * @throws {OperatorError} if the port can't be opened
 */
export async function startConsole({
  deployment,
  readOnly = false,
  port = 0,
}: ConsoleOptions): Promise<Console> {
  const files = await pageFiles();
  // An upload takes longer than the five minutes that Node.js grants a request.
  const server = createServer({ requestTimeout: 0 });
  await new Promise<void>((resolve, reject) => {
    server.once("error", ({ message }) =>
      reject(new OperatorError(`Port ${port} can't be opened: ${message}. Choose another port with --port.`)),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  const access = new Access(`http://127.0.0.1:${(server.address() as AddressInfo).port}`);
  const apiFor = (shown: Deployment) => apiOf(shown, { isReadOnly: readOnly });
  let api = apiFor(deployment);
  const handler = new ConsoleServer(access, files, () => api);
  server.on("request", (request, response) => void handler.handle(request, response));
  return {
    url: access.url,
    show: (shown) => {
      // Ends the streams of open pages, which open them again.
      api.close();
      api = apiFor(shown);
    },
    close: async () => {
      api.close();
      server.closeAllConnections();
      await new Promise<void>((resolve) => server.close(() => resolve()));
    },
  };
}
