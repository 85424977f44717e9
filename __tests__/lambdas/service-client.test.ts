import { CreateJobCommand, MediaConvertClient, SearchJobsCommand } from "@aws-sdk/client-mediaconvert";
import { type LocalServer, serve } from "aws-stand-ins/testing/local-server";
import {
  createClient,
  DeadlineExceeded,
  MEDIACONVERT_LIMITS,
  withDeadline,
} from "../../lambdas/service-client";

const ACCESS = { region: "eu-west-3", credentials: { accessKeyId: "test", secretAccessKey: "test" } };

let server: LocalServer;
let requests: number;
let answer: (respond: (status: number, headers?: Record<string, string>) => void) => void;

beforeEach(async () => {
  requests = 0;
  answer = () => undefined;
  server = await serve((_request, response) => {
    requests += 1;
    answer((status, headers) => response.writeHead(status, headers).end("{}"));
  });
});
afterEach(() => server.close());

function client(limits = {}) {
  return createClient(MediaConvertClient, { ...ACCESS, endpoint: server.url, ...limits });
}

describe("a client of the functions", () => {
  it("fails a call that the service doesn't answer, after its second try", async () => {
    await expect(client().send(new SearchJobsCommand({}))).rejects.toMatchObject({ name: "TimeoutError" });
    expect(requests).toBe(2);
  });

  it("tries a call of MediaConvert once", async () => {
    answer = (respond) => respond(503);
    await expect(client(MEDIACONVERT_LIMITS).send(new SearchJobsCommand({}))).rejects.toThrow();
    expect(requests).toBe(1);
  });

  it("abandons a call when the invocation's time is up", async () => {
    const waiting = withDeadline(50, () => client(MEDIACONVERT_LIMITS).send(new SearchJobsCommand({})));
    await expect(waiting).rejects.toThrow(DeadlineExceeded);
  });

  it("makes no request once the time is up", async () => {
    await withDeadline(0, async () => {
      await new Promise((resolve) => setTimeout(resolve, 20));
      const late = client().send(new CreateJobCommand({ Role: "role", Settings: {} }));
      await expect(late).rejects.toThrow(DeadlineExceeded);
    });
    expect(requests).toBe(0);
  });

  it("makes no further try of an abandoned call", async () => {
    answer = (respond) => setTimeout(() => respond(503), 100);
    const patient = client({ maxAttempts: 10 });
    await expect(withDeadline(50, () => patient.send(new SearchJobsCommand({})))).rejects.toThrow(
      DeadlineExceeded,
    );
    await new Promise((resolve) => setTimeout(resolve, 500));
    expect(requests).toBe(1);
  });

  it("answers in time", async () => {
    answer = (respond) => respond(200, { "content-type": "application/json" });
    expect(await withDeadline(60_000, () => client().send(new SearchJobsCommand({})))).toMatchObject({
      $metadata: { httpStatusCode: 200 },
    });
  });
});
