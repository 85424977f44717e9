import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { findFfmpeg, requireWorking } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import { LocalPipeline } from "../../../local/pipeline";

/**
 * Prints, as JSON, what each role called for one video in instant mode, in its order; without the use of keys and the
 * logs. Runs in a process of its own, because Jest can't load the stand-in for SQS.
 */
async function printCalls(stackDirectory: string, directory: string): Promise<void> {
  const pipeline = await LocalPipeline.start({
    stackDirectory,
    dataDirectory: join(directory, "data"),
    tools: await requireWorking(findFfmpeg(process.env)),
    instant: true,
  });
  const calls: Record<string, string[]> = {};
  pipeline.access.on("judged", ({ session, action }) => {
    if (!/^(kms|logs|iam):/.test(action)) calls[session.name] = [...(calls[session.name] ?? []), action];
  });
  const file = join(directory, "tiny.mp4");
  await writeFile(file, "instant mode accepts any bytes");
  await pipeline.upload("tiny.mp4", file);
  while (!(await pipeline.isIdle())) await sleep(100);
  console.log(JSON.stringify(calls));
  await pipeline.stop();
}

const [, , stackDirectory = "", directory = ""] = process.argv;
void printCalls(stackDirectory, directory);
