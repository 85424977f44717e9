import { collectCaptures } from "./collect-pictures";
import { collectStream } from "./collect-stream";
import type { EncodingPlan } from "./encoding-plan";
import type { PlaylistState } from "./playlists";
import type { GroupFiles } from "./upload";

/**
 * Turns what ffmpeg left in the work directory into the files of each output group.
 */
export function collectOutputs(
  { groups }: EncodingPlan,
  directory: string,
  state?: PlaylistState,
): Promise<GroupFiles[]> {
  return Promise.all(
    groups.map((group) =>
      group.type === "FILE_GROUP"
        ? collectCaptures(group.outputs, directory)
        : collectStream(group, directory, state),
    ),
  );
}
