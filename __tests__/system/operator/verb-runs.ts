import { readEveryView } from "./console-views";
import type { OperatedPipeline } from "./operated-pipeline";

/** Of the environment: as long as it may be, and so are the policies. */
export const SUFFIX = "an-environment-of-30-character";

/** How the proof of the operators' policies runs a verb. */
export interface VerbRun {
  /** Such as `dead-letters list`. */
  readonly verb: string;
  /** The policy that has to suffice. */
  readonly policy: "OperatorReadPolicy" | "OperatorActPolicy";
  /** Makes what the verb acts on. @returns the rest of the command line */
  prepare(operated: OperatedPipeline): Promise<string[]>;
  /** What it prints before it is interrupted. @default it ends */
  readonly untilPrinted?: RegExp;
  /** Runs it, with the credentials of the process. @default the verb of `npm run media` */
  perform?(suffix: string): Promise<void>;
  /** What it prints if it succeeds although something failed. @default nothing */
  readonly complaint?: RegExp;
}

const read = (verb: string, ...parameters: string[]): VerbRun => ({
  verb,
  policy: "OperatorReadPolicy",
  prepare: async () => parameters,
});
const captions = (verb: string, parameters: (operated: OperatedPipeline) => Promise<string[]>): VerbRun => ({
  verb: `captions ${verb}`,
  policy: "OperatorActPolicy",
  prepare: async (operated) => ["film.mp4", ...(await parameters(operated)), "--language", "ja"],
});
const act = (verb: string, prepare: VerbRun["prepare"]): VerbRun => ({
  verb,
  policy: "OperatorActPolicy",
  prepare: async (operated) => [...(await prepare(operated)), "--yes"],
});

/** Every verb, once in each way that needs other permissions. */
export const VERB_RUNS: readonly VerbRun[] = [
  read("status", "film.mp4"),
  read("list", "--status", "COMPLETE"),
  read("cost"),
  read("play", "film.mp4", "--print"),
  { ...read("watch"), untilPrinted: /STATUS/ },
  read("logs"),
  read("dead-letters list"),
  {
    ...read("dead-letters show"),
    prepare: async (operated) => [(await operated.deadLetters())[0]],
  },
  read("why", "film.mp4"),
  { ...read("doctor"), complaint: /Couldn't be checked: .*/ },
  {
    ...read("play-url"),
    prepare: async ({ privateKeyFile }) => ["film.mp4", "--key", privateKeyFile],
  },
  { ...read("dead-letters redrive", "--dry-run") },
  // Not a verb, but it reads what several of them read, and more.
  { ...read("console"), perform: readEveryView },
  // Before the film's next run.
  read("captions list", "film.mp4"),
  captions("add", async (operated) => [await operated.captions()]),
  captions("remove", async () => ["--yes"]),
  {
    ...act("poster", async () => []),
    prepare: async ({ film }) => [film, "0"],
  },
  {
    ...act("upload", async (operated) => [await operated.interruptedUpload(), "--wait"]),
    prepare: async (operated) => [await operated.interruptedUpload(), "--wait"],
  },
  act("retry", async ({ film }) => [film]),
  act("replay", async ({ failed }) => ["--key", failed]),
  act("cancel", async (operated) => [await operated.runningJob()]),
  act("dead-letters redrive", async (operated) => {
    await operated.deadLetters();
    return [];
  }),
  act("dead-letters discard", async (operated) => await operated.deadLetters()),
];
