import { Command } from "commander";
import { addCancel } from "./verbs/cancel";
import { addCaptions } from "./verbs/captions";
import { addCost } from "./verbs/cost";
import { addDeadLetters } from "./verbs/dead-letters";
import { addDoctor } from "./verbs/doctor";
import { addList } from "./verbs/list";
import { addLogs } from "./verbs/logs";
import { addPlay } from "./verbs/play";
import { addPlayUrl } from "./verbs/play-url";
import { addPoster } from "./verbs/poster";
import { addReplay, addRetry } from "./verbs/rerun";
import { addStatus } from "./verbs/status";
import { addUpload } from "./verbs/upload";
import { addWatch } from "./verbs/watch";
import { addWhy } from "./verbs/why";

/** `npm run media`, with all its verbs. */
export function mediaCommand(): Command {
  const program = new Command("npm run media --")
    .description("Shows what became of uploads, and acts on them.")
    .exitOverride()
    .addHelpText(
      "after",
      "\nExit status: 0 done; 1 the job that upload --wait waited for failed, or doctor found a problem; 2 the command failed.",
    );
  for (const add of [
    addUpload,
    addStatus,
    addList,
    addWatch,
    addWhy,
    addRetry,
    addReplay,
    addCancel,
    addPlay,
    addPlayUrl,
    addCaptions,
    addPoster,
    addLogs,
    addDeadLetters,
    addCost,
    addDoctor,
  ]) {
    add(program);
  }

  return program;
}
