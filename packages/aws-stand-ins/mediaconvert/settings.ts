import { AccelerationMode, StatusUpdateInterval, TimecodeSource } from "@aws-sdk/client-mediaconvert";
import { z } from "zod";
import { input } from "./settings/input";
import { integer } from "./settings/numbers";
import { outputGroup } from "./settings/output-group";

export type { AacSettings } from "./settings/audio";
export type { H264Settings } from "./settings/h264";
export type { HlsGroupSettings, Output, OutputGroup } from "./settings/output-group";
export type { VideoDescription } from "./settings/video";

/**
 * CreateJob's request in the service's wire names: the members that a job with H.264, AAC and frame captures
 * may use, with the ranges and lists of the service model. Members of other codecs and containers are kept as
 * they came, so that GetJob gives them back; what would change an output is refused by the rules.
 */
const timecode = z.string().regex(/^([01][0-9]|2[0-4]):[0-5][0-9]:[0-5][0-9][:;][0-9]{2}$/);

const jobSettings = z.looseObject({
  adAvailOffset: integer(-1000, 1000).optional(),
  inputs: z.array(input).min(1).max(150),
  outputGroups: z.array(outputGroup).min(1),
  timecodeConfig: z
    .looseObject({ anchor: timecode, source: z.enum(TimecodeSource), start: timecode })
    .partial()
    .optional(),
});

const priority = integer(-50, 50);

export const createJobRequest = z.looseObject({
  accelerationSettings: z.looseObject({ mode: z.enum(AccelerationMode) }).optional(),
  clientRequestToken: z.string().max(64).optional(),
  hopDestinations: z
    .array(z.looseObject({ priority: priority.optional(), queue: z.string(), waitMinutes: integer(1, 4320) }))
    .optional(),
  priority: priority.optional(),
  queue: z.string().optional(),
  role: z.string(),
  settings: jobSettings,
  statusUpdateInterval: z.enum(StatusUpdateInterval).optional(),
  tags: z.record(z.string(), z.string()).optional(),
  userMetadata: z.record(z.string(), z.string()).optional(),
});

export type CreateJobRequest = z.infer<typeof createJobRequest>;
export type JobSettings = z.infer<typeof jobSettings>;
