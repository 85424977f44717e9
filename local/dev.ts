import { once } from "node:events";
import { findFfmpeg, requireWorking } from "aws-stand-ins/ffmpeg";
import { readDevArguments } from "./arguments";
import { runCommand, STOP_SIGNALS } from "./command";
import { announceFaults, commandPrinter } from "./diagnostics";
import { LocalPipeline } from "./pipeline";

/** Keeps the local pipeline up until it is interrupted. */
async function dev(): Promise<number> {
  const given = readDevArguments(process.argv.slice(2), process.env.INIT_CWD ?? process.cwd());
  if (given.help !== undefined) {
    console.log(given.help);
    return 0;
  }
  announceFaults(given);
  const tools = requireWorking(findFfmpeg(process.env));
  const pipeline = await LocalPipeline.start({ ...given, tools, onCommand: commandPrinter(given) });
  console.log(introduction(pipeline));
  await Promise.race(STOP_SIGNALS.map((signal) => once(process, signal)));
  await pipeline.stop();
  return 0;
}

function introduction({ endpointUrl, rawBucket, jobTable, stack }: LocalPipeline): string {
  const aws = `aws --endpoint-url ${endpointUrl} --region ${stack.homeRegion}`;
  return `The pipeline is up at ${endpointUrl}. Ctrl-C ends it. Any credentials will do (AWS CLI version 2):

  export AWS_ACCESS_KEY_ID=local AWS_SECRET_ACCESS_KEY=local
  ${aws} s3 cp video.mp4 s3://${rawBucket}/
  ${aws} dynamodb scan --table-name ${jobTable}
  ${aws} logs tail /aws/lambda/${pipelineFunction(stack)} --follow
`;
}

/** The function that the raw bucket invokes. */
function pipelineFunction(stack: LocalPipeline["stack"]): string {
  return stack.output("ProcessingLambdaArn").split(":").at(-1) ?? "";
}

runCommand(dev);
