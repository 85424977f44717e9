import { ServerResponse } from "node:http";

/** What servers of this process sent. */
export interface RecordedAnswer {
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly body: string;
}

/** Records every answer of this process's servers, with streams as far as they have come. */
export function recordAnswers(): { readonly answers: () => readonly RecordedAnswer[]; stop(): void } {
  const sent = new Map<ServerResponse, Buffer[]>();
  const note = (response: ServerResponse, chunk: unknown) => {
    const chunks = sent.get(response) ?? [];
    sent.set(response, chunks);
    if (typeof chunk === "string" || chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk as string));
  };
  const { write, end } = ServerResponse.prototype;
  ServerResponse.prototype.write = function (this: ServerResponse, ...given: unknown[]) {
    note(this, given[0]);
    return Reflect.apply(write, this, given);
  };
  ServerResponse.prototype.end = function (this: ServerResponse, ...given: unknown[]) {
    note(this, given[0]);
    return Reflect.apply(end, this, given);
  };
  return {
    answers: () =>
      [...sent].map(([response, chunks]) => ({
        url: response.req.url ?? "",
        status: response.statusCode,
        headers: response.getHeaders(),
        body: Buffer.concat(chunks).toString("latin1"),
      })),
    stop: () => Object.assign(ServerResponse.prototype, { write, end }),
  };
}
