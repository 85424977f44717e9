import { readFileSync } from "node:fs";
import { join } from "node:path";
import { computedAttributes } from "./computed-attributes";
import { interpolate, type Reference } from "./interpolation";
import { type Resource, StackError } from "./resource";

type Tree = Record<string, unknown>;

/** Account of everything local; the stand-ins for SQS and SNS know no other. */
export const LOCAL_ACCOUNT_ID = "000000000000";

/** A synthesized `cdk.tf.json`: its resources, with the references between them resolved as Terraform would. */
export class SynthesizedStack {
  private readonly resolving = new Set<string>();
  private readonly resolved = new Map<string, Resource>();

  /**
   * @param directory where `cdk.tf.json` and its assets lie
   * @param document the parsed `cdk.tf.json`
   * @param endpointUrl where the stand-ins answer; queues have their URLs below it
   */
  constructor(
    readonly directory: string,
    private readonly document: Tree,
    private readonly endpointUrl: string,
  ) {}

  /** @throws {StackError} if the folder holds no readable `cdk.tf.json` */
  static load(directory: string, endpointUrl: string): SynthesizedStack {
    const file = join(directory, "cdk.tf.json");
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch {
      throw new StackError(`There is no ${file}. Synthesize the stack first: npm run synth`);
    }
    try {
      return new SynthesizedStack(directory, JSON.parse(text) as Tree, endpointUrl);
    } catch (error) {
      throw new StackError(
        `${file} is not JSON (${(error as Error).message}). Synthesize it anew: npm run synth`,
      );
    }
  }

  /** The region of the provider that has no alias. */
  get homeRegion(): string {
    return this.providerRegion(undefined);
  }

  /** Every resource of the type, e.g. `aws_sqs_queue`; a data source's type begins with `data.`. */
  resources(type: string): Resource[] {
    const [section, plainType] = type.startsWith("data.") ? ["data", type.slice(5)] : ["resource", type];
    return Object.keys(child(child(this.document, section), plainType)).map((name) =>
      this.resource(`${type}.${name}`),
    );
  }

  /** The value of an output. */
  output(name: string): string {
    const output = child(this.document, "output")[name] as Tree | undefined;
    if (output === undefined)
      throw new StackError(`The stack has no output '${name}', which the local pipeline needs.`);
    return String(this.interpolateAll(output.value, `output.${name}`));
  }

  /** An attribute of a resource, given or computed. */
  attribute(resource: Resource, name: string): unknown {
    return this.attributes(resource)[name];
  }

  private resource(address: string): Resource {
    const known = this.resolved.get(address);
    if (known !== undefined) return known;
    const raw = this.find(address);
    if (this.resolving.has(address))
      throw new StackError(`${address} refers to itself, through others or directly.`);
    this.resolving.add(address);
    try {
      const { "//": _metadata, provider, depends_on: _dependsOn, lifecycle: _lifecycle, ...given } = raw;
      const resource: Resource = {
        address,
        region: this.providerRegion(provider),
        arguments: this.interpolateAll(given, address) as Tree,
      };
      this.resolved.set(address, resource);
      return resource;
    } finally {
      this.resolving.delete(address);
    }
  }

  /** What a reference such as `${aws_s3_bucket.raw_videos.arn}` stands for. */
  private dereference({ address, path }: Reference, referrer: string): unknown {
    let value: unknown = this.attributes(this.resource(address));
    for (const step of path) value = (value as Tree | undefined)?.[step];
    if (value === undefined) {
      throw new StackError(
        `${referrer} refers to ${address}.${path.join(".")}, which the local pipeline doesn't know. ` +
          "If Terraform does, add it to local/terraform/computed-attributes.ts.",
      );
    }
    return value;
  }

  private attributes(resource: Resource): Tree {
    return {
      ...resource.arguments,
      ...computedAttributes(resource, {
        accountId: LOCAL_ACCOUNT_ID,
        partition: "aws",
        directory: this.directory,
        endpointUrl: this.endpointUrl,
        region: resource.region,
      }),
    };
  }

  private interpolateAll(value: unknown, referrer: string): unknown {
    if (typeof value === "string") {
      return interpolate(value, (reference) => this.dereference(reference, referrer), referrer);
    }
    if (Array.isArray(value)) return value.map((entry) => this.interpolateAll(entry, referrer));
    if (value !== null && typeof value === "object") {
      return Object.fromEntries(
        Object.entries(value).map(([key, entry]) => [key, this.interpolateAll(entry, referrer)]),
      );
    }
    return value;
  }

  private find(address: string): Tree {
    const [section, type = "", name = ""] = address.startsWith("data.")
      ? address.split(".")
      : ["resource", ...address.split(".")];
    const found = child(child(this.document, section ?? ""), type)[name] as Tree | undefined;
    if (found === undefined) throw new StackError(`The stack refers to ${address}, which isn't in it.`);
    return found;
  }

  private providerRegion(provider: unknown): string {
    const alias = typeof provider === "string" ? provider.split(".")[1] : undefined;
    const providers = child(this.document, "provider").aws;
    const found = (Array.isArray(providers) ? (providers as Tree[]) : []).find((aws) => aws.alias === alias);
    if (typeof found?.region !== "string") {
      throw new StackError(
        `The stack has no aws provider${alias ? ` with alias '${alias}'` : ""} that names its region.`,
      );
    }
    return found.region;
  }
}

function child(tree: Tree, name: string): Tree {
  return (tree[name] ?? {}) as Tree;
}
