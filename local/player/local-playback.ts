import { DynamoDBClient } from "@aws-sdk/client-dynamodb";
import { DynamoDBDocumentClient, GetCommand } from "@aws-sdk/lib-dynamodb";
import { RequestError } from "aws-stand-ins/request-error";
import { viewerUrl } from "../../operator/deployment";
import { localDeployment } from "../../operator/local-deployment";
import { OperatorError } from "../../operator/operator-error";
import { playUrl } from "../../operator/play-url";
import type { LocalPipeline } from "../pipeline";
import type { PlayableJob } from "./player-pages";

const EXPIRES_IN_SECONDS = 12 * 3600;

/**
 * Signs a job of the local pipeline as `play-url --local` does.
 *
 * @throws {RequestError} if it can't be played
 */
export async function openLocally(
  { endpointUrl, clientOptions, jobTable }: Pick<LocalPipeline, "endpointUrl" | "clientOptions" | "jobTable">,
  jobId: string,
): Promise<PlayableJob> {
  try {
    const deployment = await localDeployment(endpointUrl);
    const options = { jobId, expiresInSeconds: EXPIRES_IN_SECONDS, now: Date.now() };
    const { url, cookies } = await playUrl(deployment, options);
    const table = DynamoDBDocumentClient.from(new DynamoDBClient(clientOptions));
    const { Item } = await table.send(
      new GetCommand({ TableName: jobTable, Key: { jobId }, ProjectionExpression: "inputFile, playback" }),
    );
    const storyboard = Item?.playback?.storyboard;
    return {
      title: String(Item?.inputFile),
      url,
      storyboard: storyboard && viewerUrl(deployment, String(storyboard)).href,
      cookies,
    };
  } catch (error) {
    if (error instanceof OperatorError) throw new RequestError(404, "NotPlayable", error.message);
    throw error;
  }
}
