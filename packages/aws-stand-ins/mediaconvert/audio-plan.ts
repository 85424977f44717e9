import type { AudioDescription, RemixSettings } from "./create-job/audio";
import { JobError, JobErrorCode } from "./errors";
import type { Input } from "./input-settings";
import type { Source, SourceAudio } from "./source";

export interface AudioPlan {
  /** Stream indexes in the input, whose channels are joined; none: silence, as the service writes without audio. */
  readonly streams: readonly number[];
  /** For each channel of the output, the factor of each joined channel. Absent: the channels are mixed down or up. */
  readonly remix?: readonly (readonly number[])[];
  readonly channels: 2 | 6;
  /** Whether gaps in the track's time stamps become silence. Otherwise the rest of the track moves up. */
  readonly correctsTiming: boolean;
  /** The loudness of the whole track, in LKFS. Absent: it stays as it is. */
  readonly loudness?: number | undefined;
  /** As the manifests give it: ISO 639, or BCP 47 if the job says so. */
  readonly language?: string | undefined;
  /** What a player shows. */
  readonly name?: string | undefined;
  /** Bits per second. */
  readonly bitrate: number;
  readonly sampleRate: number;
}

/** @throws JobError 1040 if the tracks don't have the channels that the description needs */
export function planAudio(
  description: AudioDescription,
  tracks: readonly SourceAudio[],
  input: Input | undefined,
  { container }: Source,
): AudioPlan {
  const { audioSourceName, remixSettings, streamName, audioNormalizationSettings } = description;
  const { bitrate, sampleRate, codingMode } = description.codecSettings.aacSettings;
  const given = tracks.reduce((sum, { channels }) => sum + channels, 0);
  requireChannels(codingMode === "CODING_MODE_5_1" && !remixSettings ? 6 : remixSettings?.channelsIn, given);
  return {
    streams: tracks.map(({ streamIndex }) => streamIndex),
    remix: remixSettings && factorsOf(remixSettings),
    channels: codingMode === "CODING_MODE_5_1" ? 6 : 2,
    // Only for AAC in MP4 and QuickTime, as the setting's documentation says.
    correctsTiming:
      input?.audioSelectors?.[audioSourceName]?.audioDurationCorrection === "AUTO" &&
      (container === "mp4" || container === "mov") &&
      tracks.every(({ codec }) => codec === "aac"),
    loudness: audioNormalizationSettings?.targetLkfs,
    language: languageOf(description, tracks),
    name: streamName,
    bitrate,
    sampleRate,
  };
}

/** What the service makes of too few channels isn't documented. */
function requireChannels(needed: number | undefined, given: number): void {
  if (needed === undefined || needed <= given) return;
  throw new JobError(
    JobErrorCode.SETTINGS_DO_NOT_FIT_INPUT,
    `The audio selector has ${given} channels, but the output needs ${needed}`,
  );
}

/** Decibels become factors; -60, the least, is silence. */
const factorsOf = ({ channelMapping: { outputChannels } }: RemixSettings) =>
  outputChannels.map(({ inputChannels }) =>
    inputChannels.map((decibels) => (decibels <= -60 ? 0 : 10 ** (decibels / 20))),
  );

/** FOLLOW_INPUT falls back to the configured code, as the setting's documentation says. */
function languageOf(
  { languageCodeControl, languageCode, customLanguageCode }: AudioDescription,
  [track]: readonly SourceAudio[],
): string | undefined {
  const configured = customLanguageCode ?? languageCode?.toLowerCase();
  if (languageCodeControl === "USE_CONFIGURED") return configured;
  return languageCodeControl === "FOLLOW_INPUT" ? (track?.language ?? configured) : undefined;
}
