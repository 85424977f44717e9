import { once } from "node:events";
import { mkdtemp, rm } from "node:fs/promises";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { GetObjectCommand, type GetObjectCommandInput, PutObjectCommand, S3Client } from "@aws-sdk/client-s3";
import { S3Api } from "../../s3/api";
import type { BucketDefinition } from "../../s3/model";
import { ObjectStore } from "../../s3/object-store";
import { type LocalServer, serve } from "../../testing/local-server";

export const ACCOUNT = "000000000000";
export const REGION = "eu-south-2";

interface RawAnswer {
  readonly status: number | undefined;
  readonly headers: IncomingHttpHeaders;
  readonly body: string;
}

/** S3 over a new directory for each test. The first bucket is the one that `put` and `get` mean by default. */
export class S3UnderTest {
  root = "";
  private parts: { store: ObjectStore; server: LocalServer; s3: S3Client } | undefined;

  constructor(private readonly buckets: readonly [BucketDefinition, ...BucketDefinition[]]) {
    beforeEach(async () => {
      this.root = await mkdtemp(join(tmpdir(), "s3-api-"));
      const store = new ObjectStore(this.root, this.buckets);
      const api = new S3Api(store, { region: REGION, accountId: ACCOUNT });
      const server = await serve((request, response) => void api.handle(request, response));
      const credentials = { accessKeyId: "any", secretAccessKey: "any" };
      const options = { endpoint: server.url, region: REGION, forcePathStyle: true, maxAttempts: 1 };
      this.parts = { store, server, s3: new S3Client({ ...options, credentials }) };
    });
    afterEach(async () => {
      this.s3.destroy();
      await this.started.server.close();
      await rm(this.root, { recursive: true });
    });
  }

  get store(): ObjectStore {
    return this.started.store;
  }

  get s3(): S3Client {
    return this.started.s3;
  }

  get url(): string {
    return this.started.server.url;
  }

  put(Key: string, Body: string | Buffer = Key, Bucket = this.buckets[0].name) {
    return this.s3.send(new PutObjectCommand({ Bucket, Key, Body }));
  }

  async get(Key: string, more: Partial<GetObjectCommandInput> = {}, Bucket = this.buckets[0].name) {
    const answer = await this.s3.send(new GetObjectCommand({ Bucket, Key, ...more }));
    return { ...answer, text: await answer.Body?.transformToString() };
  }

  /** Like many clients, it looks at the answer only when all is sent. */
  async raw(
    method: string,
    path: string,
    headers: Record<string, string> = {},
    body: Buffer | string = "",
  ): Promise<RawAnswer> {
    const sent = request(this.url, { method, path, headers });
    const [[answer]] = await Promise.all([once(sent, "response"), once(sent, "finish"), sent.end(body)]);
    return { status: answer.statusCode, headers: answer.headers, body: await text(answer) };
  }

  private get started() {
    if (this.parts === undefined) throw new Error("S3 starts with each test.");
    return this.parts;
  }
}
