import type { AudioPlan } from "./audio-plan";
import type { AudioRenditionPlan, RenditionPlan } from "./stream-plan";

type Output = RenditionPlan | AudioRenditionPlan;

/** Whether an output has sound that the source doesn't have. */
export const needsSilence = ({ audio }: Output): boolean => audio?.streams.length === 0;

/** Filter chains that join the channels of several tracks, each of which ends in a label of the output's name. */
export function joinedAudio(outputs: readonly Output[]): string[] {
  return outputs.flatMap(({ workName, audio }) => {
    if (!audio || !isJoined(audio)) return [];
    const inputs = audio.streams.map((stream) => `[0:${stream}]`).join("");
    const merge = `amerge=inputs=${audio.streams.length}`;
    const filters = [...(audio.streams.length > 1 ? [merge] : []), ...remix(audio), ...sound(audio)];
    return [`${inputs}${filters.join(",")}${label(workName)}`];
  });
}

/** Maps and encodes an output's sound. */
export function audioArguments(workName: string, audio: AudioPlan): string[] {
  const { streams, channels, bitrate, sampleRate } = audio;
  const source = streams.length === 0 ? "1:0" : `0:${streams[0]}`;
  return [
    ...["-map", isJoined(audio) ? label(workName) : source],
    ...["-c:a", "aac", "-profile:a", "aac_low", "-b:a", String(bitrate), "-ar", String(sampleRate)],
    // Coefficients that add up to 1: by default, the sum of several loud channels clips.
    ...["-ac", String(channels), "-rematrix_maxval", "1"],
    ...(isJoined(audio) ? [] : ["-af", sound(audio).join(",")]),
  ];
}

const isJoined = ({ streams, remix: matrix }: AudioPlan) => streams.length > 1 || matrix !== undefined;

const label = (workName: string) => `[${workName}-audio]`;

function remix({ remix: matrix, channels }: AudioPlan): string[] {
  if (!matrix) return [];
  const outputs = matrix.map(
    (factors, output) =>
      `c${output}=${factors.map((factor, input) => `${factor.toFixed(6)}*c${input}`).join("+")}`,
  );
  return [`pan=${channels === 6 ? "5.1" : "stereo"}|${outputs.join("|")}`];
}

const sound = ({ correctsTiming, loudness }: AudioPlan) => [
  correctsTiming ? "aresample=async=1:first_pts=0" : WITHOUT_GAPS,
  // With the widest range that versions of 2018 know, so that it changes the dynamics least.
  ...(loudness === undefined ? [] : [`loudnorm=I=${loudness}:LRA=20:TP=0`]),
];

/** Each sample follows the one before, whatever the time stamps say. */
const WITHOUT_GAPS = "asetpts=STARTPTS+N/SR/TB";
