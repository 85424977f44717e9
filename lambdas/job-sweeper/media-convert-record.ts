import { GetJobCommand, type MediaConvertClient, NotFoundException } from "@aws-sdk/client-mediaconvert";
import type { MediaConvertEvent } from "../transcoding/media-convert-event";
import { missedEventOf } from "./missed-event";

/** What MediaConvert remembers of its jobs, which is about three months. */
export interface MediaConvertRecord {
  /**
   * The event that tells what has become of a job; undefined if MediaConvert doesn't know it.
   *
   * @param mediaConvertJobId MediaConvert's id of the job, not ours
   */
  latestEvent(mediaConvertJobId: string): Promise<MediaConvertEvent | undefined>;
}

export class MediaConvertApiRecord implements MediaConvertRecord {
  constructor(
    private readonly client: MediaConvertClient,
    private readonly now: () => number = Date.now,
  ) {}

  async latestEvent(mediaConvertJobId: string): Promise<MediaConvertEvent | undefined> {
    try {
      const { Job } = await this.client.send(new GetJobCommand({ Id: mediaConvertJobId }));
      return Job && missedEventOf(Job, this.now());
    } catch (error) {
      if (error instanceof NotFoundException) return undefined;
      throw error;
    }
  }
}
