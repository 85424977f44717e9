import { once } from "node:events";
import { findFfmpeg, requireWorking } from "aws-stand-ins/mediaconvert/ffmpeg-tools";
import type { LocalPipeline } from "../pipeline";
import { readDevArguments } from "./arguments";
import { printable } from "./printable";
import { runCommand, STOP_SIGNALS } from "./run-command";
import { startPipeline, stopPipeline } from "./start-pipeline";

/** Keeps the local pipeline running until it is interrupted. */
async function dev(environment: NodeJS.ProcessEnv): Promise<number> {
  const given = readDevArguments(process.argv.slice(2), environment.INIT_CWD ?? process.cwd());
  const tools = requireWorking(findFfmpeg(environment));
  const pipeline = await startPipeline(given, tools, environment, ({ source, message }) =>
    console.error(printable(`${source}: ${message}`)),
  );
  console.log(introduction(pipeline));
  await Promise.race(STOP_SIGNALS.map((signal) => once(process, signal)));
  await stopPipeline(pipeline);
  return 0;
}

function introduction({ endpointUrl, rawBucket, jobTable, stack }: LocalPipeline): string {
  const aws = `aws --endpoint-url ${endpointUrl} --region ${stack.homeRegion}`;
  const processor = stack.output("ProcessingLambdaArn").split(":").at(-1);
  return `The pipeline is up at ${endpointUrl}. Ctrl-C stops it. Any credentials work (AWS CLI version 2):

  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  ${aws} s3 cp video.mp4 s3://${rawBucket}/
  ${aws} dynamodb scan --table-name ${jobTable}
  npm run media -- play-url JOB_ID --local ${endpointUrl}
  ${aws} logs tail /aws/lambda/${processor} --follow
`;
}

runCommand(dev);
