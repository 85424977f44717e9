import { difference, matches } from "./json-difference";

/** A `cdk.tf.json`: as many shapes as Terraform has blocks. */
export type TerraformJson = ReturnType<typeof JSON.parse>;

export interface OfflineTools {
  readonly providerVersion: string;
  /** SHA-256 in base64 of each zip, by the name of its `archive_file`. */
  readonly zips: ReadonlyMap<string, string>;
}

interface OfflineChange {
  readonly reason: string;
  /** The paths it may change: steps joined by dots, `*` for any one. */
  readonly paths: readonly string[];
  apply(document: TerraformJson, tools: OfflineTools): void;
}

/** Arguments that are planned and applied, but that moto doesn't return as they were set. */
const MOTO_FORGETS = [
  {
    type: "aws_lambda_function",
    arguments: ["dead_letter_config", "kms_key_arn"],
    reason: "moto's GetFunction returns neither DeadLetterConfig nor KMSKeyArn",
  },
  {
    type: "aws_sqs_queue",
    arguments: ["redrive_policy"],
    reason: "moto returns the policy with spaces, which the provider reports as a change",
  },
] as const;

/** Every difference between the JSON for AWS and the JSON that this tier runs. */
export const OFFLINE_CHANGES: readonly OfflineChange[] = [
  {
    reason: "a mirror has one version of the AWS provider, and moto doesn't support every version",
    paths: ["terraform.required_providers.aws.version"],
    apply: ({ terraform }, { providerVersion }) => {
      terraform.required_providers.aws.version = providerVersion;
    },
  },
  {
    reason: "the archive provider isn't available offline, so the zips are made before Terraform runs",
    paths: [
      "terraform.required_providers.archive",
      "provider.archive",
      "data.archive_file",
      "resource.aws_lambda_function.*.filename",
      "resource.aws_lambda_function.*.source_code_hash",
    ],
    apply: useZips,
  },
  {
    reason: "the test keeps the state, and there is no bucket for it",
    paths: ["terraform.backend.*", "terraform.backend.local.path"],
    apply: ({ terraform }) => {
      terraform.backend = { local: {} };
    },
  },
  {
    reason: "moto doesn't keep every argument, and a second plan has to be empty",
    paths: MOTO_FORGETS.flatMap(({ type }) =>
      ["lifecycle", "lifecycle.ignore_changes"].map((argument) => `resource.${type}.*.${argument}`),
    ),
    apply: ({ resource }) => {
      for (const { type, arguments: forgotten } of MOTO_FORGETS) {
        for (const block of Object.values<TerraformJson>(resource[type] ?? {})) {
          const given = forgotten.filter((name) => name in block);
          if (given.length > 0) block.lifecycle = { ...block.lifecycle, ignore_changes: given };
        }
      }
    },
  },
];

/**
 * A copy of the document with the changes.
 *
 * @throws Error if a change touches more than it declares
 */
export function offline(
  document: TerraformJson,
  tools: OfflineTools,
  changes: readonly OfflineChange[] = OFFLINE_CHANGES,
): TerraformJson {
  const changed = structuredClone(document);
  for (const change of changes) {
    const before = structuredClone(changed);
    change.apply(changed, tools);
    const undeclared = difference(before, changed).filter(
      (path) => !change.paths.some((pattern) => matches(path, pattern)),
    );
    if (undeclared.length > 0) {
      throw new Error(
        `The change "${change.reason}" touches ${undeclared.map((path) => path.join(".")).join(", ")}, ` +
          `but declares only ${change.paths.join(", ")}.`,
      );
    }
  }
  return changed;
}

function useZips(document: TerraformJson, { zips }: OfflineTools): void {
  const archives = document.data?.archive_file;
  if (archives === undefined) return;
  for (const block of Object.values<TerraformJson>(document.resource.aws_lambda_function ?? {})) {
    const name = /^\$\{data\.archive_file\.([\w-]+)\.output_path\}$/.exec(block.filename)?.[1] ?? "";
    block.filename = archives[name].output_path;
    block.source_code_hash = zips.get(name);
  }
  delete document.data.archive_file;
  delete document.provider.archive;
  delete document.terraform.required_providers.archive;
}
