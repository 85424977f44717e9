import http, { request as httpRequest, type IncomingHttpHeaders } from "node:http";
import { Readable } from "node:stream";
import { text } from "node:stream/consumers";
import { setTimeout as sleep } from "node:timers/promises";
import { Gateway } from "../gateway";
import { jsonInput } from "../service";
import { aws } from "../testing/aws-command";
import { describeUnless, lackOf } from "../testing/optional-tools";

let gateway: Gateway;
let port: number;

beforeEach(async () => {
  gateway = new Gateway("000000000000");
  port = Number(new URL(await gateway.listen(0)).port);
  for (const name of ["s3", "logs"]) {
    gateway.serve({
      name,
      accessesOf: () => undefined,
      handle: async (request, response) => {
        const body = await text(request);
        if (name === "logs") jsonInput(body);
        response.end(`${name} answers`);
      },
    });
  }
});
afterEach(() => gateway.stop());

interface Sent {
  readonly method?: string;
  readonly path?: string;
  readonly headers?: Record<string, string>;
  readonly body?: string;
}

interface Answer {
  readonly status?: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** Unlike fetch, sends any path and any header. */
async function send({ path = "/", body, ...options }: Sent): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const request = httpRequest({ host: "127.0.0.1", port, path, ...options }, (response) => {
      const { statusCode: status, headers } = response;
      text(response).then((answer) => resolve({ status, headers, body: answer }), reject);
    });
    request.on("error", reject).end(body);
  });
}

const signedFor = (service: string) => ({
  authorization: `AWS4-HMAC-SHA256 Credential=any/20260101/eu-south-2/${service}/aws4_request`,
});

describe("the gateway", () => {
  it.each(["//", "///", "//:x"])("passes the unsigned path %s to S3", async (path) => {
    expect(await send({ path })).toMatchObject({ status: 200, body: "s3 answers" });
  });

  it.each(["/%ff", "http://["])("refuses the path %s in the protocol of the service", async (path) => {
    const { status, body } = await send({ path, headers: signedFor("logs") });
    expect([status, JSON.parse(body)]).toMatchObject([400, { __type: "InvalidRequest" }]);
  });

  it.each(["{", "null", "[]", ""])("refuses the body %j of a JSON service", async (body) => {
    const answer = await send({ method: "POST", body, headers: signedFor("logs") });
    expect([answer.status, JSON.parse(answer.body)]).toMatchObject([
      400,
      { __type: "SerializationException" },
    ]);
  });

  it("refuses a body of more than 16 MiB", async () => {
    const body = "x".repeat((16 << 20) + 1);
    expect(await send({ method: "POST", body, headers: signedFor("logs") })).toMatchObject({ status: 413 });
  });

  it.each(["constructor", "__proto__"])("refuses a service named %s", async (service) => {
    expect(await send({ headers: signedFor(service) })).toMatchObject({ status: 501 });
  });

  it.each([
    ["kinesis", { "content-type": "application/x-amz-json-1.1" }, '{"__type":"NotImplemented","message":'],
    [
      "iam",
      { "content-type": "application/x-www-form-urlencoded; charset=utf-8" },
      "<ErrorResponse><Error><Code>",
    ],
    ["ec2", { "content-type": "application/x-www-form-urlencoded" }, "<Response><Errors><Error><Code>"],
    ["route53", {}, "<ErrorResponse><Error><Code>"],
    ["polly", { "smithy-protocol": "rpc-v2-cbor" }, "f__typenNotImplementedgmessagex-"],
    ["batch", {}, '{"__type":"NotImplemented","message":'],
  ])("refuses the service %s in its client's protocol", async (service, headers, words) => {
    const answer = await send({ method: "POST", headers: { ...signedFor(service), ...headers } });
    expect(answer).toMatchObject({ status: 501, body: expect.stringContaining(words) });
    expect(answer.body).toMatch(new RegExp(`There is no stand-in for the service .*${service}`));
  });

  it("names the error in a header only where AWS does", async () => {
    const nameOf = async (service: string) =>
      (await send({ headers: { ...signedFor(service), host: "other" } })).headers["x-amzn-errortype"];
    expect(await nameOf("s3")).toBeUndefined();
    expect(await nameOf("sns")).toBeUndefined();
    expect(await nameOf("lambda")).toBe("AccessDenied");
  });
});

describe("a page of another name", () => {
  it.each(["127.0.0.1", "localhost:4566", "LOCALHOST", "[::1]:80"])("is no page of %s", async (host) => {
    expect(await send({ headers: { host } })).toMatchObject({ status: 200 });
  });

  it.each(["attacker.example", "127.0.0.1.attacker.example", "localhost.attacker.example:4566", "0.0.0.0"])(
    "can't reach the endpoint as %j",
    async (host) => {
      expect(await send({ headers: { host } })).toMatchObject({ status: 403 });
    },
  );

  const foreign: Record<string, string>[] = [
    { origin: "http://attacker.example" },
    { origin: "null" },
    { "sec-fetch-site": "cross-site" },
    { "sec-fetch-site": "same-site" },
  ];

  it.each(foreign)("can't change anything (%j)", async (headers) => {
    for (const method of ["POST", "PUT", "DELETE", "PATCH"])
      expect(await send({ method, path: "/videos/a", headers })).toMatchObject({ status: 403 });
  });

  it.each(foreign)("can't call another service, chosen by the query (%j)", async (headers) => {
    const path = "/?X-Amz-Credential=any/20260101/eu-south-2/logs/aws4_request";
    for (const method of ["GET", "POST", "OPTIONS"])
      expect(await send({ method, path, headers })).toMatchObject({ status: 403 });
  });

  it.each(foreign)("can't list anything, signed or not (%j)", async (headers) => {
    const query = "?list-type=2&X-Amz-Credential=any/20260101/eu-south-2/s3/aws4_request";
    for (const path of [
      "/",
      "/videos",
      "/videos/",
      "/videos?versions",
      `/videos/${query}`,
      "/videos/a?uploadId=u",
    ])
      expect(await send({ path, headers })).toMatchObject({ status: 403 });
  });

  it.each(foreign)("reads an object, as S3's CORS rules allow (%j)", async (headers) => {
    for (const method of ["GET", "OPTIONS"])
      expect(await send({ method, path: "/videos/a", headers })).toMatchObject({ status: 200 });
  });

  it("isn't a page of the endpoint itself, or an address that the user entered", async () => {
    const own: Record<string, string>[] = [
      { origin: `http://127.0.0.1:${port}` },
      { "sec-fetch-site": "same-origin" },
      { "sec-fetch-site": "none" },
    ];
    for (const headers of own)
      expect(await send({ method: "POST", path: "/videos/a", headers })).toMatchObject({ status: 200 });
  });
});

describe("an upload", () => {
  it("may take longer than Node.js grants a request", async () => {
    // Node.js with a minute for every millisecond.
    const createServer = jest.spyOn(http, "createServer");
    createServer.mockImplementation((options, listener) => {
      const scaled = {
        requestTimeout: 5,
        ...(options as http.ServerOptions),
        connectionsCheckingInterval: 5,
      };
      return new http.Server(scaled, listener);
    });
    const slow = new Gateway("000000000000");
    createServer.mockRestore();
    slow.serve({
      name: "s3",
      accessesOf: () => undefined,
      handle: async (request, response) => void response.end(await text(request)),
    });
    const url = await slow.listen(0);
    try {
      const body = Readable.from(
        (async function* () {
          yield "from the beginning";
          await sleep(100);
          yield " to the end";
        })(),
      );
      const answer = await fetch(url, { method: "PUT", body, duplex: "half" });
      expect([answer.status, await answer.text()]).toEqual([200, "from the beginning to the end"]);
    } finally {
      await slow.stop();
    }
  });
});

describeUnless(lackOf("aws", ["--version"]), "the aws command", () => {
  it.each([
    ["ec2", "describe-regions", "ec2"],
    ["cloudwatch", "list-metrics", "monitoring"],
    ["iam", "list-users", "iam"],
    ["route53", "list-hosted-zones", "route53"],
    ["kms", "list-keys", "kms"],
    ["batch", "describe-job-queues", "batch"],
  ])("reads that there is no stand-in for %s", async (service, operation, name) => {
    await expect(aws(`http://127.0.0.1:${port}`, service, operation)).rejects.toThrow(
      new RegExp(`\\(NotImplemented\\).*There is no stand-in for the service '${name}'`),
    );
  });
});
