import { HlsImageBasedTrickPlay, HlsIntervalCadence } from "@aws-sdk/client-mediaconvert";
import { z } from "zod";
import { integer, oneOf } from "./members";

/** The members of an adaptive group that ask for tiled thumbnails; HLS and CMAF groups share them. */
export const imageTrickPlay = {
  imageBasedTrickPlay: oneOf(HlsImageBasedTrickPlay, "NONE", "ADVANCED").optional(),
  imageBasedTrickPlaySettings: z
    .strictObject({
      intervalCadence: oneOf(HlsIntervalCadence, "FOLLOW_CUSTOM"),
      /** Absent: the picture's shape decides. */
      thumbnailHeight: integer(2, 4096).multipleOf(2).optional(),
      /** Seconds. */
      thumbnailInterval: z
        .number()
        .min(0)
        .max(2_147_483_647)
        .refine((seconds) => seconds > 0, "The local MediaConvert doesn't support 0"),
      thumbnailWidth: integer(8, 4096).multipleOf(8),
      /** Rows of a sheet. */
      tileHeight: integer(1, 2048),
      /** Columns of a sheet. */
      tileWidth: integer(1, 512),
    })
    .optional(),
};

const members = z.object(imageTrickPlay);
type TrickPlayMembers = z.infer<typeof members>;
export type TileSettings = NonNullable<TrickPlayMembers["imageBasedTrickPlaySettings"]>;

/** Whether the settings are there that ADVANCED stands for. */
export const hasTileSettings = (group: TrickPlayMembers) =>
  group.imageBasedTrickPlay !== "ADVANCED" || group.imageBasedTrickPlaySettings !== undefined;

export const TILE_SETTINGS_MISSING =
  "The local MediaConvert needs imageBasedTrickPlaySettings with ADVANCED: it doesn't apply the service's defaults";

/** @returns undefined unless the group asks for tiles */
export const tileSettingsOf = (group: TrickPlayMembers): TileSettings | undefined =>
  group.imageBasedTrickPlay === "ADVANCED" ? group.imageBasedTrickPlaySettings : undefined;
