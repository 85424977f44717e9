import { spawn } from "node:child_process";
import { once } from "node:events";
import { createServer, type Server } from "node:http";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { LocalMediaConvert } from "aws-stand-ins/mediaconvert/service";
import { ACCOUNT, TRANSCODE_REGION } from "./physical-names";
import { type RecordedCall, startRecordingProxy } from "./recording-proxy";

/** The servers that Terraform and the SDK call in place of AWS. */
export interface AwsStandIns {
  readonly motoUrl: string;
  readonly mediaConvertUrl: string;
  /** Every call that Terraform made. */
  readonly calls: readonly RecordedCall[];
  /** The variables by which the AWS provider, like every AWS SDK, finds them. */
  readonly environment: Readonly<Record<string, string>>;
  stop(): Promise<void>;
}

export async function startAwsStandIns(): Promise<AwsStandIns> {
  const moto = await startMoto();
  const mediaConvert = await startMediaConvert();
  const calls: RecordedCall[] = [];
  const proxy = await startRecordingProxy(moto.url, calls);
  const mediaConvertProxy = await startRecordingProxy(mediaConvert.url, calls);
  return {
    calls,
    motoUrl: moto.url,
    mediaConvertUrl: mediaConvert.url,
    environment: {
      AWS_ENDPOINT_URL: proxy.url,
      // moto has no MediaConvert.
      AWS_ENDPOINT_URL_MEDIACONVERT: mediaConvertProxy.url,
      AWS_ACCESS_KEY_ID: "test",
      AWS_SECRET_ACCESS_KEY: "test",
      AWS_EC2_METADATA_DISABLED: "true",
    },
    stop: async () => {
      await Promise.all([proxy.stop(), mediaConvertProxy.stop()]);
      await Promise.all([moto.stop(), mediaConvert.stop()]);
    },
  };
}

async function startMoto() {
  const moto = spawn("moto_server", ["-H", "127.0.0.1", "-p", "0"], { stdio: ["ignore", "ignore", "pipe"] });
  const exited = once(moto, "exit");
  const url = await new Promise<string>((resolve, reject) => {
    let said = "";
    // Keeps reading after the start: a full pipe would block moto.
    moto.stderr.setEncoding("utf8").on("data", (text: string) => {
      if (said.length < 10_000) said += text;
      const running = /Running on (http:\/\/127\.0\.0\.1:[0-9]+)/.exec(said)?.[1];
      if (running !== undefined) resolve(running);
    });
    moto.once("error", reject);
    moto.once("exit", (code) => reject(new Error(`moto_server ended with ${code}:\n${said}`)));
  });
  return {
    url,
    stop: async () => {
      moto.kill();
      await exited;
    },
  };
}

async function startMediaConvert() {
  const service = new LocalMediaConvert({
    accountId: ACCOUNT,
    region: TRANSCODE_REGION,
    queues: [],
    // Terraform creates queues and no jobs, so nothing is read, written, published or transcoded.
    storage: { read: async () => undefined, write: async () => {} },
    publish: () => {},
    tools: { ffmpeg: "ffmpeg", ffprobe: "ffprobe" },
    workDirectory: join(tmpdir(), "terraform-transcoding"),
  });
  const server: Server = createServer((request, response) => void service.handle(request, response));
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    stop: async () => {
      server.closeAllConnections();
      server.close();
      await service.stop();
    },
  };
}
