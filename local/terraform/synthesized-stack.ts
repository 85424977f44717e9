import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { computedAttributes } from "./computed-attributes";
import { interpolate, type Reference } from "./interpolation";
import { type Resource, StackError } from "./resource";

type Tree = Record<string, unknown>;

const OBJECT = "use an object";
const section = z
  .record(z.string(), z.record(z.string(), z.looseObject({}, OBJECT), OBJECT), OBJECT)
  .default({});
/** Terraform's JSON syntax, as far as cdktf writes it. */
const stackDocument = z.looseObject(
  {
    provider: z
      .looseObject(
        {
          aws: z
            .array(z.looseObject({ alias: z.string().optional(), region: z.string().optional() }, OBJECT))
            .default([]),
        },
        OBJECT,
      )
      .default({ aws: [] }),
    resource: section,
    data: section,
    output: z.record(z.string(), z.looseObject({}, OBJECT), OBJECT).default({}),
  },
  OBJECT,
);

type Section = Readonly<Record<string, Readonly<Record<string, object>>>>;

/** The members of a `cdk.tf.json` that the local pipeline reads. */
export interface StackDocument {
  readonly provider: { readonly aws: readonly { readonly alias?: string; readonly region?: string }[] };
  readonly resource: Section;
  readonly data: Section;
  readonly output: Readonly<Record<string, { readonly value?: unknown }>>;
}

/** A synthesized `cdk.tf.json`. Its references resolve as Terraform would resolve them after an apply. */
export class SynthesizedStack {
  /** Host and port of the distribution's stand-in, which stands for its domain name. */
  distributionHost = "127.0.0.1";
  private readonly resolving = new Set<string>();
  private readonly resolved = new Map<string, Resource>();

  /**
   * @param directory the directory of `cdk.tf.json` and its assets
   * @param document the parsed `cdk.tf.json`
   * @param endpointUrl the one endpoint of the stand-ins, which the queues' URLs name
   */
  constructor(
    readonly directory: string,
    private readonly document: StackDocument,
    readonly endpointUrl: string,
  ) {}

  /** @throws {StackError} if the directory has no readable `cdk.tf.json`, or that isn't one */
  static load(directory: string, endpointUrl: string): SynthesizedStack {
    const file = join(directory, "cdk.tf.json");
    let text: string;
    try {
      text = readFileSync(file, "utf8");
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      throw new StackError(`Can't read ${file} (${code}). Synthesize the stack first: npm run synth`);
    }
    return new SynthesizedStack(directory, parseDocument(text, file), endpointUrl);
  }

  /** The region of the AWS provider without an alias. */
  get homeRegion(): string {
    return this.providerRegion(undefined);
  }

  /** The regions of all AWS providers, each once. */
  get regions(): string[] {
    return [...new Set(this.document.provider.aws.flatMap(({ region }) => region ?? []))];
  }

  /** @param type such as `aws_sqs_queue`, or `data.archive_file` for a data source */
  resources(type: string): Resource[] {
    return Object.keys(this.ofType(type)).map((name) => this.resource(`${type}.${name}`));
  }

  /** Whether the stack has a resource of the type. */
  has(type: string): boolean {
    return Object.keys(this.ofType(type)).length > 0;
  }

  hasOutput(name: string): boolean {
    return name in this.document.output;
  }

  /** @throws {StackError} if the stack has no such output */
  output(name: string): string {
    const output = this.document.output[name];
    if (output === undefined)
      throw new StackError(`The stack has no output '${name}', which the local pipeline needs.`);
    return String(this.interpolateAll(output.value, `output.${name}`));
  }

  /** An argument or a computed attribute of a resource. */
  attribute(resource: Resource, name: string): unknown {
    return this.attributes(resource)[name];
  }

  arnOf(resource: Resource): string {
    return String(this.attribute(resource, "arn"));
  }

  private resource(address: string): Resource {
    const known = this.resolved.get(address);
    if (known !== undefined) return known;
    const raw = this.find(address) ?? {};
    if (this.resolving.has(address))
      throw new StackError(`${address} refers to itself, directly or through other resources.`);
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

  private dereference({ address, path }: Reference, referrer: string): unknown {
    if (this.find(address) === undefined)
      throw new StackError(`${referrer} refers to ${address}, which isn't in the stack.`);
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
    return { ...resource.arguments, ...computedAttributes(resource, this) };
  }

  private interpolateAll(value: unknown, referrer: string): unknown {
    if (typeof value === "string") {
      return interpolate(value, (reference) => this.dereference(reference, referrer), referrer);
    }
    if (Array.isArray(value)) return value.map((entry) => this.interpolateAll(entry, referrer));
    if (value !== null && typeof value === "object") {
      return Object.fromEntries(
        Object.entries(value)
          // Terraform takes null for an argument that is left out.
          .filter(([, entry]) => entry !== null)
          .map(([key, entry]) => [key, this.interpolateAll(entry, referrer)]),
      );
    }
    return value;
  }

  private find(address: string): Tree | undefined {
    const lastDot = address.lastIndexOf(".");
    return this.ofType(address.slice(0, lastDot))[address.slice(lastDot + 1)] as Tree | undefined;
  }

  private ofType(type: string): Readonly<Record<string, object>> {
    const { resource, data } = this.document;
    return (type.startsWith("data.") ? data[type.slice("data.".length)] : resource[type]) ?? {};
  }

  private providerRegion(provider: unknown): string {
    const alias = typeof provider === "string" ? provider.split(".")[1] : undefined;
    const found = this.document.provider.aws.find((aws) => aws.alias === alias);
    if (found?.region === undefined) {
      const which = alias === undefined ? "without an alias" : `with the alias '${alias}'`;
      throw new StackError(`The stack has no AWS provider ${which} that sets a region.`);
    }
    return found.region;
  }
}

function parseDocument(text: string, file: string): StackDocument {
  const refuse = (why: string) => new StackError(`${file} ${why}. Synthesize the stack again: npm run synth`);
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw refuse(`is not JSON (${(error as Error).message})`);
  }
  const parsed = stackDocument.safeParse(json);
  if (parsed.success) return parsed.data;
  const [{ path, message } = { path: [], message: "" }] = parsed.error.issues;
  throw refuse(`is not a stack in Terraform's JSON (${path.join(".") || "the document"}: ${message})`);
}
