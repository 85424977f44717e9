import {
  AccelerationMode,
  InputRotate,
  InputTimecodeSource,
  PadVideo,
  StatusUpdateInterval,
  TimecodeSource,
} from "@aws-sdk/client-mediaconvert";
import { z } from "zod";
import { outputName, playlistUri } from "../output-names";
import { audioSelector } from "./audio";
import { captionSelector } from "./captions";
import { oneOf } from "./members";
import { isCaptures, outputGroup } from "./output-groups";

/** The service's pattern, without drop-frame timecodes (`HH:MM:SS;FF`). */
const timecode = z.string().regex(/^([01][0-9]|2[0-4]):[0-5][0-9]:[0-5][0-9]:[0-9]{2}$/);

const input = z.strictObject({
  audioSelectors: z.record(z.string(), audioSelector).optional(),
  captionSelectors: z.record(z.string(), captionSelector).optional(),
  fileInput: z
    .string()
    .max(2048)
    .refine((url) => /^s3:\/\/[^/]+\/.+/.test(url), "The local MediaConvert supports only s3:// objects"),
  inputClippings: z
    .array(z.strictObject({ endTimecode: timecode }))
    .refine(({ length }) => length === 1, "The local MediaConvert supports only one clip")
    .optional(),
  timecodeSource: oneOf(InputTimecodeSource, "ZEROBASED").optional(),
  videoSelector: z
    .strictObject({
      padVideo: oneOf(PadVideo, "BLACK", "DISABLED").optional(),
      rotate: oneOf(InputRotate, "AUTO", "DEGREE_0").optional(),
    })
    .optional(),
});

const jobSettings = z
  .strictObject({
    inputs: z
      .array(input)
      .min(1)
      .max(150)
      .refine(({ length }) => length === 1, "The local MediaConvert supports only one input"),
    outputGroups: z.array(outputGroup).min(1),
    timecodeConfig: z.strictObject({ source: oneOf(TimecodeSource, "ZEROBASED").optional() }).optional(),
  })
  .superRefine(({ inputs: [first], outputGroups }, context) => {
    const complain = (path: (string | number)[], message: string) =>
      context.addIssue({ code: "custom", path, message });

    // https://docs.aws.amazon.com/mediaconvert/latest/ug/specifying-frame-capture-outputs.html
    if (outputGroups.length > 0 && outputGroups.every(isCaptures))
      complain(
        ["outputGroups"],
        "A job with a FRAME_CAPTURE output needs another output with video or audio",
      );
    for (const [g, group] of outputGroups.entries()) {
      if (!first || isCaptures(group)) continue;
      const { fileInput, audioSelectors = {}, captionSelectors = {} } = first;
      for (const [o, output] of group.outputs.entries()) {
        const { audioDescriptions = [], captionDescriptions = [], nameModifier } = output;
        const path = ["outputGroups", g, "outputs", o];
        if (["", nameModifier].some((part) => playlistUri(outputName(group, part, fileInput)) === fileInput))
          complain(path, `Duplicate input and output path [${fileInput}] found in job.`);
        for (const [c, { captionSelectorName, destinationSettings }] of captionDescriptions.entries()) {
          const selector = captionSelectors[captionSelectorName];
          const captions = [...path, "captionDescriptions", c];
          if (!selector)
            complain(
              [...captions, "captionSelectorName"],
              `"${captionSelectorName}" is not the name of a caption selector of every input`,
            );
          const isStrict = destinationSettings.webvttDestinationSettings?.stylePassthrough === "STRICT";
          if (selector && isStrict && selector.sourceSettings.sourceType !== "WEBVTT")
            complain(
              [...captions, "destinationSettings", "webvttDestinationSettings", "stylePassthrough"],
              "STRICT requires WebVTT input captions",
            );
        }
        for (const [a, { audioSourceName, remixSettings }] of audioDescriptions.entries()) {
          const selector = audioSelectors[audioSourceName];
          if (!selector)
            complain(
              [...path, "audioDescriptions", a, "audioSourceName"],
              `"${audioSourceName}" is not the name of an audio selector of every input`,
            );
          // How the service mixes the channels of several tracks isn't documented.
          else if ((selector.tracks?.length ?? 1) > 1 && !remixSettings)
            complain(
              [...path, "audioDescriptions", a],
              "The local MediaConvert needs remixSettings for several tracks: it doesn't apply the service's default",
            );
        }
      }
    }
  });

const METADATA_CHARACTERS = /^[\p{L}\p{N} _.:/=+\-@]*$/u;

/** https://docs.aws.amazon.com/general/latest/gr/aws_tagging.html gives tags, and so metadata, their limits. */
const userMetadata = z.record(z.string(), z.string()).superRefine((metadata, context) => {
  const complain = (path: string[], message: string) => context.addIssue({ code: "custom", path, message });
  const entries = Object.entries(metadata);
  if (entries.length > 10) complain([], "Should have at most 10 properties");
  for (const [key, value] of entries) {
    if (key.length < 1 || key.length > 128) complain([], `key "${key}" should be 1 to 128 characters long`);
    if (key.toLowerCase().startsWith("aws:")) complain([], `key "${key}" should not start with "aws:"`);
    if (value.length > 256) complain([key], "Should be at most 256 characters long");
    if (!METADATA_CHARACTERS.test(key) || !METADATA_CHARACTERS.test(value))
      complain([key], "Only letters, digits, spaces and _.:/=+-@ are allowed");
  }
});

/**
 * CreateJob's request in the service's wire names: exactly the members that the pipeline sends, with the
 * ranges of the service's model. To add a member, add it here or in `output-groups.ts`, with the values that
 * the stand-in applies. A member whose service default the stand-in doesn't apply is required.
 */
export const createJobRequest = z.strictObject({
  accelerationSettings: z.strictObject({ mode: oneOf(AccelerationMode, "DISABLED") }).optional(),
  clientRequestToken: z
    .string()
    .max(64)
    .refine((token) => /^[\x20-\x7e]*$/.test(token), "Only ASCII characters are allowed")
    .optional(),
  queue: z.string().optional(),
  role: z.string().refine((role) => /^arn:aws[\w-]*:iam::\d{12}:role\/.+/.test(role), {
    error: ({ input }) => `"${input}" is not the ARN of an IAM role`,
  }),
  settings: jobSettings,
  statusUpdateInterval: z.enum(StatusUpdateInterval).optional(),
  userMetadata: userMetadata.optional(),
});

export type CreateJobRequest = z.infer<typeof createJobRequest>;
export type JobSettings = z.infer<typeof jobSettings>;
