import type { Server } from "node:http";
import type { AddressInfo } from "node:net";

/** The port is in use or can't be opened. */
export class PortError extends Error {
  override readonly name = "PortError";
}

/**
 * Listens on loopback only.
 *
 * @param port 0 for any free one
 * @returns host and port
 * @throws {PortError} if the port can't be opened
 */
export async function listenOnLoopback(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error: NodeJS.ErrnoException) =>
      reject(
        new PortError(
          error.code === "EADDRINUSE"
            ? `Port ${port} is in use. Stop what listens there, or choose another port with --port.`
            : `Port ${port} can't be opened: ${error.message}. Choose another port with --port.`,
        ),
      ),
    );
    server.listen(port, "127.0.0.1", resolve);
  });
  return `127.0.0.1:${(server.address() as AddressInfo).port}`;
}
