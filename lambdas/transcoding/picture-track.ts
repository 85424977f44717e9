import type { Container, Track } from "@aws-sdk/client-mediaconvert";
import type { PictureSize } from "./picture";
import { Refusal } from "./transcoder";

/** A video track, and its size as stored. */
export interface PictureTrack {
  readonly track: Track;
  readonly size: PictureSize;
}

/** A video track that lasts a smaller part of its file is a cover or a title. */
const SMALLEST_PART = 0.1;

/**
 * The track that a viewer takes for the video. Files may have others: covers, and previews in Motion JPEG. A job can't
 * name the video track of a file, so the one that MediaConvert takes has to be the same.
 *
 * @throws Refusal `NO_VIDEO_TRACK` if no track is the video, or if MediaConvert would take another one
 */
export function pictureTrackOf(container: Container, sourceUrl: string): PictureTrack {
  const tracks = container.Tracks ?? [];
  const pictures = tracks.flatMap((track) => {
    const size = codedSizeOf(track);
    return size ? [{ track, size }] : [];
  });
  const [first] = pictures;
  if (!first) {
    throw new Refusal(
      "NO_VIDEO_TRACK",
      `${sourceUrl} has no video track with a known size, only ${describe(tracks)}. ` +
        "Upload a file that has a picture.",
    );
  }
  const lasting = pictures.filter(({ track }) => lastsLikeTheFile(track, container));
  const video = lasting.find(({ track }) => track.Codec !== "MJPEG") ?? lasting[0];
  if (!video) {
    throw new Refusal(
      "NO_VIDEO_TRACK",
      `The picture of ${sourceUrl} lasts ${first.track.Duration} s of ${container.Duration} s. ` +
        "If the file isn't a video but sound with a cover, there is nothing to transcode; otherwise, export it again.",
    );
  }
  const taken = pictures.find(({ track }) => isReadable(track, container)) ?? video;
  if (taken !== video) {
    throw new Refusal(
      "NO_VIDEO_TRACK",
      `The first video track of ${sourceUrl} isn't the video but ${descriptionOf(taken.track)}, which MediaConvert ` +
        "would transcode. Remove that track, for example with " +
        `\`ffmpeg -i old.mov -map 0 -map -0:${(taken.track.Index ?? 1) - 1} -c copy new.mov\`, and upload the new file.`,
    );
  }
  return video;
}

function lastsLikeTheFile({ Duration }: Track, container: Container): boolean {
  if (!Duration || !container.Duration) return true;
  return Duration >= SMALLEST_PART * container.Duration;
}

/**
 * Whether MediaConvert takes the track for video. That it takes the first one isn't documented.
 * https://docs.aws.amazon.com/mediaconvert/latest/ug/reference-codecs-containers-input.html lists Motion JPEG for
 * QuickTime and AVI, not for MP4.
 */
function isReadable({ Codec }: Track, { Format }: Container): boolean {
  return Codec !== "UNKNOWN" && !(Codec === "MJPEG" && Format === "mp4");
}

function codedSizeOf({ TrackType, VideoProperties }: Track): PictureSize | undefined {
  if (TrackType !== "video") return undefined;
  const widthPx = VideoProperties?.Width ?? VideoProperties?.CodecMetadata?.Width ?? 0;
  const heightPx = VideoProperties?.Height ?? VideoProperties?.CodecMetadata?.Height ?? 0;
  return widthPx > 0 && heightPx > 0 ? { widthPx, heightPx } : undefined;
}

function describe(tracks: readonly Track[]): string {
  return tracks.map(descriptionOf).join(", ");
}

/** "audio AAC", or in words if Probe can't tell. */
function descriptionOf({ TrackType, Codec = "UNKNOWN" }: Track): string {
  const kind = TrackType ?? "something";
  return Codec === "UNKNOWN" ? `${kind} in an unknown format` : `${kind} ${Codec}`;
}
