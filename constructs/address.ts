import type { TerraformElement } from "cdktf";
import type { Construct } from "constructs";

const PREFIX = "media-pipeline:address-prefix";

/** Precedes the names that {@link fixAddress} gives in the scope. Must be called before the scope has children. */
export function setAddressPrefix(scope: Construct, prefix: string): void {
  scope.node.setContext(PREFIX, prefix);
}

/** The name, after the prefix of the scope's pipeline. */
export function prefixed(scope: Construct, name: string): string {
  const prefix: string | undefined = scope.node.tryGetContext(PREFIX);
  return prefix === undefined ? name : `${prefix}_${name}`;
}

/** Fixes the Terraform address of a resource with data, so that a refactoring never replaces the resource. */
export function fixAddress(element: TerraformElement, name: string): void {
  element.overrideLogicalId(prefixed(element, name));
}
