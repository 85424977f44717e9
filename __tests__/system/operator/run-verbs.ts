/**
 * Runs the verbs of `npm run media` as users of the local pipeline who have nothing but an operator's policy, or such a
 * policy without one of its parts. Prints what failed, and what didn't, as JSON.
 */
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { AccessControl, AccessDenied, type Judgement } from "aws-stand-ins/iam/access-control";
import { tools } from "aws-stand-ins/testing/clips";
import { LocalPipeline } from "../../../local/pipeline";
import { accessRulesOf, operatorsOf, type User, userArn } from "../../../local/services/access-rules";
import { SynthesizedStack } from "../../../local/terraform/synthesized-stack";
import { mediaCommand } from "../../../operator/command";
import { reducedPolicies } from "../iam/reduced-policies";
import { OperatedPipeline } from "./operated-pipeline";
import { SUFFIX, VERB_RUNS, type VerbRun } from "./verb-runs";

export interface Proof {
  /** Every verb of the command, and the console. */
  readonly verbs: readonly string[];
  /** Verbs that failed with the policy that has to suffice, and why. */
  readonly failed: readonly string[];
  /** Verbs of the acting policy that the read-only one allows too. */
  readonly allowedToReaders: readonly string[];
  /** Verbs that succeed without any policy. */
  readonly allowedToAnyone: readonly string[];
  /** How long each policy is without white space. */
  readonly characters: readonly number[];
  /** Parts of the policies without which every verb still succeeds. */
  readonly unneeded: readonly string[];
}

interface Setting {
  readonly stackDirectory: string;
  /** For data and uploads. */
  readonly folder: string;
  readonly privateKeyFile: string;
}

interface Outcome {
  /** @default it succeeded */
  readonly error?: string;
  readonly judged: readonly Judgement[];
}

const NOBODY: User = { name: "Nobody", permissions: [] };

class VerbRunner {
  private readonly judged: Judgement[] = [];

  private constructor(
    private readonly operated: OperatedPipeline,
    readonly users: readonly User[],
  ) {
    operated.pipeline.access.on("judged", (judgement) => this.judged.push(judgement));
  }

  static async start(
    { stackDirectory, folder, privateKeyFile }: Setting,
    users: readonly User[],
  ): Promise<VerbRunner> {
    const pipeline = await LocalPipeline.start({
      ...{ stackDirectory, dataDirectory: join(folder, "data"), tools, instant: true },
      users,
    });
    await writeFile(join(folder, "large.mp4"), Buffer.alloc(OperatedPipeline.LARGE_BYTES, "a"));
    return new VerbRunner(await OperatedPipeline.prepare(pipeline, folder, privateKeyFile), users);
  }

  /** Runs a verb as a user, against what is prepared for it. A verb that is denied a call has failed, whatever it says. */
  async run({ verb, prepare, untilPrinted, complaint, perform }: VerbRun, user: string): Promise<Outcome> {
    const parameters = await prepare(this.operated);
    const { endpointUrl, stack } = this.operated.pipeline;
    Object.assign(process.env, {
      ...{ AWS_ENDPOINT_URL: endpointUrl, AWS_REGION: stack.homeRegion },
      ...{ AWS_ACCESS_KEY_ID: user, AWS_SECRET_ACCESS_KEY: "local" },
    });
    this.judged.length = 0;
    let printed = "";
    const restore = captureOutput((text) => {
      printed += text;
      if (untilPrinted?.test(text)) process.emit("SIGINT");
    });
    try {
      const commandLine = [...verb.split(" "), ...parameters, "--env", SUFFIX];
      if (perform !== undefined) await perform(SUFFIX);
      else await mediaCommand().parseAsync(commandLine, { from: "user" });
      const judged = this.ofUser(user);
      const denied = judged.find(({ isAllowed }) => !isAllowed);
      const error = complaint?.exec(printed)?.[0] ?? (denied && `denied ${denied.action}`);
      return { judged, ...(error !== undefined && { error }) };
    } catch (error) {
      return { error: (error as Error).message, judged: this.ofUser(user) };
    } finally {
      restore();
      process.exitCode = 0;
    }
  }

  stop(): Promise<unknown> {
    return this.operated.pipeline.stop();
  }

  private ofUser(name: string): Judgement[] {
    return this.judged.filter(({ session }) => session.roleArn === userArn(name));
  }
}

/**
 * Pretends to be a terminal, which `watch` needs, and keeps quiet what verbs say on standard error.
 *
 * @returns puts the output back
 */
function captureOutput(onText: (text: string) => void): () => void {
  const { stdout, stderr } = process;
  const say = stderr.write;
  const { write, isTTY, rows } = stdout;
  const replace = (properties: object) => Object.assign(stdout, properties);
  const capture = (text: unknown) => {
    onText(String(text));
    return true;
  };
  replace({ isTTY: true, rows: 24, write: capture });
  stderr.write = () => true;
  return () => {
    replace({ isTTY, rows, write });
    stderr.write = say;
  };
}

async function prove(setting: Setting): Promise<Proof> {
  const stack = SynthesizedStack.load(setting.stackDirectory, "http://127.0.0.1:1");
  const operators = operatorsOf(stack);
  const variants = operators.flatMap((operator) =>
    reducedPolicies(operator.permissions).map(({ part, rest }, index) => ({
      ...{ operator: operator.name, part },
      user: { name: `${operator.name}${index}`, permissions: rest },
    })),
  );
  const users = [...operators, NOBODY, ...variants.map(({ user }) => user)];
  const control = new AccessControl(accessRulesOf(stack, users));
  const runner = await VerbRunner.start(setting, users);
  try {
    const failed: string[] = [];
    const allowedToReaders: string[] = [];
    const allowedToAnyone: string[] = [];
    /** What each verb needs, with the policy that has to suffice for it. */
    const needs: { run: VerbRun; policy: string; judged: readonly Judgement[] }[] = [];
    for (const run of VERB_RUNS) {
      const { error, judged } = await runner.run(run, run.policy);
      if (error !== undefined) failed.push(`${run.verb}: ${error}`);
      needs.push({ run, policy: run.policy, judged });
      if ((await runner.run(run, NOBODY.name)).error === undefined) allowedToAnyone.push(run.verb);
      if (run.policy === "OperatorReadPolicy") {
        // It has to suffice for these, too.
        const acting = await runner.run(run, "OperatorActPolicy");
        if (acting.error !== undefined) failed.push(`${run.verb} with OperatorActPolicy: ${acting.error}`);
        needs.push({ run, policy: "OperatorActPolicy", judged: acting.judged });
      } else if ((await runner.run(run, "OperatorReadPolicy")).error === undefined) {
        allowedToReaders.push(run.verb);
      }
    }
    const unneeded: string[] = [];
    for (const { operator, part, user } of variants) {
      const broken = needs.find(
        ({ policy, judged }) => policy === operator && !allowsAll(control, user, judged),
      );
      const outcome = broken && (await runner.run(broken.run, user.name));
      const isDenied = outcome?.error !== undefined && outcome.judged.some(({ isAllowed }) => !isAllowed);
      const tried =
        broken === undefined ? "no verb needs it" : `${broken.run.verb}: ${outcome?.error ?? "succeeded"}`;
      if (!isDenied) unneeded.push(`${operator}: ${part} (${tried})`);
    }
    const characters = operators.map(({ name }) => stack.output(name).replace(/\s/g, "").length);
    return {
      verbs: [...leaves(), "console"],
      characters,
      failed,
      allowedToReaders,
      allowedToAnyone,
      unneeded,
    };
  } finally {
    await runner.stop();
  }
}

function allowsAll(control: AccessControl, { name }: User, judged: readonly Judgement[]): boolean {
  try {
    const granted = judged.filter(({ isAllowed }) => isAllowed);
    control.require({ roleArn: userArn(name), name }, granted);
    return true;
  } catch (error) {
    if (error instanceof AccessDenied) return false;
    throw error;
  }
}

/** `list`, `dead-letters show` and so on. */
function leaves(command = mediaCommand(), path: readonly string[] = []): string[] {
  const own = command.commands.flatMap((verb) => leaves(verb, [...path, verb.name()]));
  return own.length > 0 ? own : [path.join(" ")];
}

const [stackDirectory = "", folder = "", privateKeyFile = ""] = process.argv.slice(2);
const print = process.stdout.write.bind(process.stdout);
void prove({ stackDirectory, folder, privateKeyFile }).then((proof) => print(JSON.stringify(proof)));
