import { temporaryFolder } from "../../temporary-folder";
import { runScript, synthesizePipeline } from "../commands";

const folder = temporaryFolder();
let calls: Record<string, string[]>;

beforeAll(async () => {
  const stack = await synthesizePipeline(folder);
  const { stdout } = await runScript("__tests__/system/local/print-calls.ts", [stack, folder]);
  calls = JSON.parse(stdout);
});

/** Of all instances of a function: an event that comes while another is processed gets an instance of its own. */
const callsOf = (name: string) =>
  Object.entries(calls).flatMap(([session, called]) => (session.startsWith(name) ? called : []));

it("starts a job with seven calls, and records the plan before MediaConvert can charge for it", () => {
  expect(callsOf("media-processor")).toEqual([
    "dynamodb:PutItem",
    // The newest version, and of its middle, captions in the picture's stream, which Probe doesn't tell.
    "s3:GetObject",
    // One call, which reads the object as its caller.
    ...["mediaconvert:Probe", "s3:GetObject"],
    // Captions next to the video.
    "s3:ListBucket",
    "dynamodb:UpdateItem",
    "mediaconvert:CreateJob",
    // MediaConvert's id, before its first event.
    "dynamodb:UpdateItem",
  ]);
});

it("records progress with one call, and an end with eight, of which the first four find pictures", () => {
  const [progress, ...end] = callsOf("status-updater");
  expect(progress).toBe("dynamodb:UpdateItem");
  // The row's stream, and pictures, at the same time.
  expect(end.slice(0, 5).sort()).toEqual([
    "dynamodb:GetItem",
    ...["s3:GetObject", "s3:GetObject", "s3:ListBucket", "s3:PutObject"],
  ]);
  // The end, the notification, the mark that it was sent.
  expect(end.slice(5)).toEqual(["dynamodb:UpdateItem", "sns:Publish", "dynamodb:UpdateItem"]);
});
