import { type IScopeCallback, Testing } from "cdktf";
import { readConfig } from "../../constructs/config";
import { MediaPipelineStack } from "../../constructs/media-pipeline-stack";

/** A resource's arguments in Terraform's JSON: as many shapes as AWS has resources. */
export type Arguments = ReturnType<typeof JSON.parse>;

/** Terraform's JSON, as text for cdktf's matchers and with access by address. */
export class Synthesized {
  readonly json: Arguments;

  constructor(readonly text: string) {
    this.json = JSON.parse(text);
  }

  /** @param address `aws_s3_bucket.raw_videos`, or `data.archive_file.…`; without the hash that cdktf may append */
  at(address: string): Arguments {
    const [name = "", type = "", data] = address.split(".").reverse();
    const resources = this.json[data ?? "resource"][type] ?? {};
    const hashed = Object.keys(resources).find((id) => id.replace(/_[0-9A-F]{8}$/, "") === name);
    const found = resources[name] ?? resources[hashed ?? ""];
    if (found === undefined) throw new Error(`${address} isn't in the stack`);
    return found;
  }

  all(type: string): Arguments[] {
    return Object.values(this.json.resource[type] ?? {});
  }

  /** Addresses of all resources and data sources, sorted. */
  get addresses(): string[] {
    const of = (section: Record<string, object>, prefix: string) =>
      Object.entries(section).flatMap(([type, named]) =>
        Object.keys(named).map((name) => `${prefix}${type}.${name}`),
      );
    return [...of(this.json.resource, ""), ...of(this.json.data, "data.")].sort();
  }

  /** The statement of a policy document with the given sid. */
  statement(document: string, sid: string): Arguments {
    const statements: Arguments[] = this.at(`data.aws_iam_policy_document.${document}`).statement;
    const found = statements.find((statement) => statement.sid === sid);
    if (found === undefined) throw new Error(`${document} has no statement ${sid}`);
    return found;
  }
}

/** Constructs alone in a stack. */
export function synthesizeScope(add: IScopeCallback): Synthesized {
  return new Synthesized(Testing.synthScope(add));
}

/** The pipeline's stack, synthesized with the given environment variables. */
export function synthesize(environment: Record<string, string> = {}): Synthesized {
  const stack = new MediaPipelineStack(Testing.app(), "media-pipeline", readConfig(environment));
  return new Synthesized(Testing.synth(stack));
}
