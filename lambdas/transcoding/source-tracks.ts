import * as z from "../zod";

/** A sound track of a source. Members are absent where neither Probe nor the file's header tells. */
const audioTrack = z.object({
  type: z.literal("audio"),
  /** Counts the audio tracks from 1, as a job's selectors do. */
  number: z.number(),
  /** Probe's name. Absent for a track that MediaConvert can't decode. */
  codec: z.optional(z.string()),
  /** A BCP 47 tag. */
  language: z.optional(z.string()),
  title: z.optional(z.string()),
  channels: z.optional(z.number()),
  /** Probe's name for the layout of the channels, such as "5.1". */
  layout: z.optional(z.string()),
  /** Whether the container says that players start with this track. */
  default: z.optional(z.boolean()),
});
export type AudioTrack = z.infer<typeof audioTrack>;

const captionTrack = z.object({
  type: z.literal("captions"),
  /** Probe's name: C608, C708 or WEBVTT. Absent for a track that MediaConvert can't read. */
  codec: z.optional(z.string()),
  /** A BCP 47 tag. */
  language: z.optional(z.string()),
  /** They aren't a track of their own, but within the picture's stream. */
  inPicture: z.optional(z.literal(true)),
});

/** The tracks of a source other than its picture, in the file's order. */
export const sourceTracks = z.array(z.discriminatedUnion("type", [audioTrack, captionTrack]));
export type SourceTracks = z.infer<typeof sourceTracks>;

export function audioTracksOf(tracks: SourceTracks | undefined): AudioTrack[] {
  return (tracks ?? []).filter((track) => track.type === "audio");
}

/** What a file's header says of an audio track, beyond what Probe does. */
export type TrackLabel = Pick<AudioTrack, "title" | "language" | "default">;

/** @param labels in the order of the audio tracks; ignored if they are not as many */
export function withLabels(tracks: SourceTracks, labels: readonly TrackLabel[] | undefined): SourceTracks {
  if (labels?.length !== audioTracksOf(tracks).length) return tracks;
  return tracks.map((track) => {
    if (track.type !== "audio") return track;
    const { title, language, default: isDefault } = labels[track.number - 1] ?? {};
    return { ...track, title, language: track.language ?? language, default: isDefault };
  });
}
