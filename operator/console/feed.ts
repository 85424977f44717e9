import type { ServerResponse } from "node:http";
import { setTimeout as sleep } from "node:timers/promises";
import { sentenceOf } from "../operator-error";

/** Pings keep a proxy or a laptop that slept from holding a dead connection. */
const PING_MS = 15_000;
/** How soon a page opens its stream again. */
const RETRY = "retry: 500\n";

/**
 * A value that changes, as server-sent events: each subscriber gets it at once and after each change. It is read only
 * while somebody listens.
 */
export class Feed<T> {
  private readonly subscribers = new Set<ServerResponse>();
  private running = false;
  private last = "";

  constructor(
    private readonly read: () => Promise<T>,
    private readonly intervalMs: number,
  ) {}

  subscribe(response: ServerResponse): void {
    response.writeHead(200, { "content-type": "text/event-stream" });
    // Sends the headers, so that the page knows that it is connected.
    response.write(`${RETRY}${this.last === "" ? "\n" : this.last}`);
    this.subscribers.add(response);
    const ping = setInterval(() => response.write(":\n\n"), PING_MS);
    response.once("close", () => {
      clearInterval(ping);
      this.subscribers.delete(response);
    });
    void this.run();
  }

  close(): void {
    for (const response of this.subscribers) response.end();
    this.subscribers.clear();
  }

  private async run(): Promise<void> {
    if (this.running) return;
    this.running = true;
    while (this.subscribers.size > 0) {
      await this.refresh();
      await sleep(this.intervalMs, undefined, { ref: false });
    }
    this.running = false;
    // What a later subscriber would get may be old.
    this.last = "";
  }

  private async refresh(): Promise<void> {
    const event = await this.read().then(
      (value) => `data: ${JSON.stringify(value)}\n\n`,
      (error: unknown) => `event: failure\ndata: ${JSON.stringify({ message: sentenceOf(error) })}\n\n`,
    );
    if (event === this.last) return;
    this.last = event;
    for (const response of this.subscribers) response.write(event);
  }
}
