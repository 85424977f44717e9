import type { CaptureGroup } from "./create-job/capture-group";
import { isCaptures } from "./create-job/output-groups";
import type { JobSettings } from "./create-job/request";
import {
  type OutputPlan,
  type PicturePlan,
  planFiles,
  planPicture,
  type SelectedInput,
  selectInput,
} from "./picture-plan";
import type { Source } from "./source";
import {
  type AudioRenditionPlan,
  planStream,
  type RenditionPlan,
  type SheetPlan,
  type StreamPlan,
} from "./stream-plan";

export interface CapturePlan extends OutputPlan, PicturePlan {
  readonly kind: "captures";
  readonly intervalSeconds: number;
  readonly maxCaptures: number;
  /** 1 to 100 */
  readonly quality: number;
}

interface CaptureGroupPlan {
  readonly type: "FILE_GROUP";
  readonly outputs: readonly CapturePlan[];
}

export type GroupPlan = StreamPlan | CaptureGroupPlan;

/** What a job's settings mean for its source. */
export interface EncodingPlan extends Pick<SelectedInput, "autorotate" | "clipSeconds"> {
  readonly durationSeconds: number;
  /** Stream index in the input. */
  readonly videoStream: number;
  readonly groups: readonly GroupPlan[];
}

type PictureOutput = RenditionPlan | CapturePlan | SheetPlan;

/** Everything that is drawn from the source's pictures. */
export const picturesOf = ({ groups }: EncodingPlan): PictureOutput[] =>
  groups.flatMap((group): PictureOutput[] => {
    if (group.type === "FILE_GROUP") return [...group.outputs];
    const renditions = group.outputs.filter((output) => output.kind === "rendition");
    return group.sheets ? [...renditions, group.sheets] : renditions;
  });

/** Everything that is made from the source's sound. */
export const soundsOf = ({ groups }: EncodingPlan): (RenditionPlan | AudioRenditionPlan)[] =>
  groups.flatMap((group) =>
    group.type === "FILE_GROUP" ? [] : group.outputs.filter((output) => output.kind !== "subtitles"),
  );

/** @throws JobError 1020 (no video), 1030 (a codec that the service doesn't read), 1040 (settings that don't fit) */
export function planEncoding(
  { inputs: [settings], outputGroups }: JobSettings,
  source: Source,
): EncodingPlan {
  const input = selectInput(settings, source);
  const { clipSeconds, video, autorotate } = input;
  return {
    clipSeconds,
    durationSeconds: Math.min(source.durationSeconds, clipSeconds ?? Number.POSITIVE_INFINITY),
    videoStream: video.streamIndex,
    autorotate,
    groups: outputGroups.map((group, number) =>
      isCaptures(group) ? planCaptures(group, number, input) : planStream(group, number, input),
    ),
  };
}

function planCaptures(group: CaptureGroup, groupNumber: number, input: SelectedInput): CaptureGroupPlan {
  return {
    type: "FILE_GROUP",
    outputs: group.outputs.map(({ videoDescription }, outputNumber) => {
      const settings = videoDescription.codecSettings.frameCaptureSettings;
      return {
        kind: "captures",
        ...planFiles(group, groupNumber, outputNumber, input),
        ...planPicture(videoDescription, input),
        intervalSeconds: settings.framerateDenominator / settings.framerateNumerator,
        maxCaptures: settings.maxCaptures,
        quality: settings.quality,
      };
    }),
  };
}
