import { z } from "zod";
import { type CaptureGroup, captureGroup } from "./capture-group";
import { type CmafGroup, cmafGroup } from "./cmaf-group";
import { type HlsGroup, hlsGroup } from "./hls-group";
import type { RenditionSettings } from "./stream-output";

/** The output groups by their type: adaptive streams, and frames captured at an interval. */
export const outputGroup = z.union([hlsGroup, cmafGroup, captureGroup]);

/** The groups whose outputs are the renditions of one adaptive stream. */
export type StreamGroup = HlsGroup | CmafGroup;
export type StreamOutput = StreamGroup["outputs"][number];
export type OutputGroup = StreamGroup | CaptureGroup;

export const isCaptures = (group: OutputGroup): group is CaptureGroup =>
  group.outputGroupSettings.type === "FILE_GROUP_SETTINGS";

export const isCmaf = (group: OutputGroup): group is CmafGroup =>
  group.outputGroupSettings.type === "CMAF_GROUP_SETTINGS";

export const streamSettingsOf = (group: StreamGroup) =>
  isCmaf(group) ? group.outputGroupSettings.cmafGroupSettings : group.outputGroupSettings.hlsGroupSettings;

export const renditionSettingsOf = (output: StreamOutput): RenditionSettings =>
  ("outputSettings" in output
    ? output.outputSettings?.hlsSettings
    : output.containerSettings.container === "CMFC"
      ? output.containerSettings.cmfcSettings
      : undefined) ?? {};
