import {
  BadRequestException,
  CancelJobCommand,
  ConflictException,
  type MediaConvertClient,
  NotFoundException,
} from "@aws-sdk/client-mediaconvert";
import { asTransient } from "./service-trouble";

/**
 * Cancels a MediaConvert job unless it has ended.
 *
 * @throws TransientError if a later call can succeed
 */
export async function cancelJob(client: MediaConvertClient, id: string): Promise<void> {
  try {
    await client.send(new CancelJobCommand({ Id: id }));
  } catch (error) {
    const hasEnded = [BadRequestException, ConflictException, NotFoundException].some(
      (type) => error instanceof type,
    );
    if (!hasEnded) throw asTransient(error);
  }
}
