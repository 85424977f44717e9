import { TerraformElement, TerraformStack } from "cdktf";
import type { Construct, Node } from "constructs";

/** A stack with readable addresses: the path of construct ids, without cdktf's hash. */
export abstract class ReadableStack extends TerraformStack {
  constructor(scope: Construct, id: string) {
    super(scope, id);
    // The first release in which locking the state in S3 isn't experimental:
    // https://github.com/hashicorp/terraform/blob/v1.11/CHANGELOG.md
    this.addOverride("terraform.required_version", ">= 1.11.0");
  }

  protected override allocateLogicalId(element: TerraformElement | Node): string {
    const node = TerraformElement.isTerraformElement(element) ? element.node : element;
    return (
      node.scopes
        .slice(node.scopes.indexOf(this) + 1)
        .map((ancestor) => ancestor.node.id.replaceAll("-", "_"))
        // A stack holds one pipeline, so the id would only lengthen the address.
        .filter((part) => part !== "pipeline")
        .join("_")
    );
  }
}
